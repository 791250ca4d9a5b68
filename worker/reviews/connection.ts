/** A connection of `REVIEW_CONNECTIONS`, its references resolved. The URL is a secret. */
export interface ReviewConnection {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** Of the database's machine, where it is not ours. */
  readonly memoryGb: number | null;
  readonly cpus: number | null;
  /** A log file, or a folder of them, that this machine can read; null: they are asked of the database. */
  readonly logPath: string | null;
}
