import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { needs, needsProgram } from '../support/needs.ts';
import { runTool } from './run-tool.ts';

const SDK = new URL('../../sdk/java/', import.meta.url).pathname;
/** Beside whatever version the developer has installed, and gone after the test. */
const VERSION = '0.1.0-e2e';

/** What Maven says where there is no repository to ask, in whatever way that shows. */
const NO_REPOSITORY =
  /unknown host|name resolution|connect(ion)? (refused|timed out)|network is unreachable|PKIX path/i;

const CONSUMER = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example.user</groupId>
  <artifactId>user</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.example</groupId>
      <artifactId>task-scheduler-sdk</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

export interface JavaPackage {
  /** What JUnit counted while the package was installed. */
  readonly junit: {
    readonly tests: number;
    readonly failures: number;
    readonly errors: number;
    readonly skipped: number;
  };
  readonly said: string;
  /** Runs a Java source file with the package and what it depends on, in its folder. */
  run(file: string, ...args: string[]): Promise<string>;
  /** Takes the package out of the local repository. */
  remove(): void;
}

/** `mvn install` in a copy of sdk/java, and a project of a user that depends on it. Skips where that can't be. */
export async function installJavaPackage(context: TestContext, folder: string): Promise<JavaPackage> {
  const java = needsProgram(context, 'java', 'install a JDK 17 or later');
  const copy = join(folder, 'sdk-java');
  cpSync(SDK, copy, { recursive: true, filter: (path) => path !== join(SDK, 'target') });
  const pom = readFileSync(join(copy, 'pom.xml'), 'utf8');
  const own = pom.replace(/<version>[^<]*<\/version>/, `<version>${VERSION}</version>`);
  if (own === pom) throw new Error('sdk/java/pom.xml has no version');
  writeFileSync(join(copy, 'pom.xml'), own);
  const said = await maven(context, copy, ['-Dmaven.test.failure.ignore=true', 'install']);
  const installed = /Installing .* to (.*\.pom)$/m.exec(said)?.[1];
  if (installed === undefined) throw new Error(`mvn install does not say where:\n${said}`);

  const user = join(folder, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'pom.xml'), CONSUMER);
  await maven(context, user, ['dependency:copy-dependencies']);
  return {
    junit: countsOf(join(copy, 'target', 'surefire-reports')),
    said,
    async run(file, ...args) {
      const classPath = join(user, 'target', 'dependency', '*');
      const { code, stdout, said } = await runTool(java, ['-cp', classPath, file, ...args], { cwd: dirname(file) });
      if (code !== 0) throw new Error(`java ${file} ended with ${code}:\n${said}`);
      return stdout;
    },
    remove() {
      rmSync(dirname(installed), { recursive: true, force: true });
      // What is left, where the developer has installed none, is Maven's list of the versions.
      const all = dirname(dirname(installed));
      if (readdirSync(all).every((name) => name.endsWith('.xml'))) rmSync(all, { recursive: true });
    },
  };
}

async function maven(context: TestContext, cwd: string, args: readonly string[]): Promise<string> {
  const program = needsProgram(context, 'mvn', 'install Maven 3.8 or later');
  const { code, said } = await runTool(program, ['--batch-mode', '--no-transfer-progress', ...args], { cwd });
  if (code === 0) return said;
  if (NO_REPOSITORY.test(said))
    needs(context, 'it needs a Maven repository: connect to Maven Central or name a mirror');
  throw new Error(`mvn ${args.join(' ')} failed:\n${said}`);
}

/** From the reports of Surefire, one file a class. */
function countsOf(reports: string): JavaPackage['junit'] {
  const suites = readdirSync(reports).filter((name) => name.endsWith('.xml'));
  const heads = suites.map((name) => /<testsuite\b[^>]*>/.exec(readFileSync(join(reports, name), 'utf8'))?.[0] ?? '');
  const sum = (what: string) =>
    heads.reduce((total, head) => total + Number(new RegExp(`\\b${what}="(\\d+)"`).exec(head)?.[1] ?? NaN), 0);
  return { tests: sum('tests'), failures: sum('failures'), errors: sum('errors'), skipped: sum('skipped') };
}
