/** What a sanity check found, in a record or in the summary. */
export interface Warning {
  /** Stable name of the check. */
  readonly check:
    | 'zero-gradient'
    | 'constant-gradient'
    | 'probabilities'
    | 'not-deterministic'
    | 'batch-dependent'
    | 'low-clean-accuracy'
    | 'unchanged'
    | 'lost-by-rounding'
    | 'query-beats-gradient'
    | 'budget-unused'
    | 'damaged';
  /** The victim that it is about, where the record is about several. */
  readonly victim?: string;
  /** One sentence for the user. */
  readonly message: string;
}
