/** What every reporter is told about the place where its text will be read. */

export interface ReportOptions {
  /** False: no escape codes at all. */
  readonly color: boolean;
  /** Columns of the terminal; what lies below 40 is treated as 40. */
  readonly width: number;
  /** False: ASCII only. */
  readonly unicode: boolean;
  /** True: every validity check, every address, host facts. */
  readonly verbose?: boolean;
  /** Most bytes that the place takes, where that is less than the format's own bound. */
  readonly maxBytes?: number;
}
