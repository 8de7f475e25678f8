/** What an application can say about the request being served. */

/** What to stamp. Absent, null and empty fields are inherited from the context outside. */
export interface ContextFields {
  /** Joins the runs of one dialogue, for instance your chat's or session's id. */
  readonly conversationId?: string | null | undefined
  /** Who is served: an id, not a name or an address. */
  readonly userId?: string | null | undefined
  /** Your chat's id of the message that is answered, or of the answer: feedback that names it finds the run. */
  readonly messageId?: string | null | undefined
  /** The agent that answers. Inside of `agent()` the name given there. */
  readonly agent?: string | null | undefined
  /** Version of the agent, where it is not the one of the whole service (`release` of `start`). */
  readonly release?: string | null | undefined
  /** The prompt template in use; the processor groups steps by it. */
  readonly promptName?: string | null | undefined
  readonly promptVersion?: string | null | undefined
}
