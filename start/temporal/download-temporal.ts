import { TestWorkflowEnvironment } from '@temporalio/testing';
import { TEMPORAL_RELEASE } from './temporal-download.ts';

/** Lets the SDK download the release into `folder`: it does so only by starting a server, which is ended at once. */
export async function runDownload(folder: string): Promise<void> {
  const executable = { type: 'cached-download', version: TEMPORAL_RELEASE, downloadDir: folder } as const;
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
}
