/** Why a MirrorPeer is refused. Stable: programs may go by it. */
export type MirrorPeerProblemCode =
  /** A field that must be there is not. */
  | 'Required'
  /** A value of another JSON type than the field has. */
  | 'WrongType'
  /** apiVersion or kind of something else. */
  | 'WrongKind'
  /** Not one of the values that are allowed. */
  | 'NotSupported'
  /** A name that is the empty string. */
  | 'Empty'
  /** Not exactly two items. */
  | 'WrongCount'
  /** Not a number followed by m, h or d. */
  | 'BadInterval'
  /** Two items are equal. */
  | 'DuplicateItem'
  /** Two items are on one cluster. */
  | 'SameCluster'
  /** Two items share the name of their hub secret. */
  | 'SameHubSecret'
  /** A field that an update must leave as it is. */
  | 'Immutable'
  /** An agent changed what is not its own. */
  | 'NotTheAgents'

/** What is accepted, but will probably not do what was meant. */
export type MirrorPeerWarningCode =
  /** A field that a MirrorPeer does not have; it is dropped. */
  | 'UnknownField'
  /** An interval of no time at all. */
  | 'ZeroInterval'
  /** An interval of more than a year. */
  | 'LongInterval'
  /** An interval that is there twice. */
  | 'DuplicateInterval'
  /** A name that no object of Kubernetes can have. */
  | 'ImpossibleName'
  /** A cluster's name that is too long for a finalizer, which gets a shorter one. */
  | 'ShortenedFinalizer'
  /** Both items would have one S3 profile. */
  | 'SameProfileName'

interface Finding<Code extends string> {
  /** JSON path of the field, e.g. `spec.items[1].storageClusterRef.name`; empty for the whole. */
  readonly path: string
  readonly code: Code
  /** A sentence a person can act on. */
  readonly message: string
}

/** One reason to refuse a MirrorPeer. */
export type MirrorPeerProblem = Finding<MirrorPeerProblemCode>

/** One reason to look again. */
export interface MirrorPeerWarning extends Finding<MirrorPeerWarningCode> {
  /** Of one that stands for many that nobody reads: how many. */
  readonly count?: number
}

/** Everything that was found, at once. */
export interface MirrorPeerValidation {
  /** There is no problem. */
  readonly ok: boolean
  readonly problems: readonly MirrorPeerProblem[]
  readonly warnings: readonly MirrorPeerWarning[]
}

/** The result for these findings. */
export const validation = (
  problems: readonly MirrorPeerProblem[],
  warnings: readonly MirrorPeerWarning[],
): MirrorPeerValidation => ({ ok: problems.length === 0, problems, warnings })

/** What a terminal obeys instead of showing it: control characters, marks of direction, separators of lines. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'))
    .join('')

/** `spec.items[1].name`; members that are no identifier are quoted. */
export const jsonPath = (path: readonly PropertyKey[]): string =>
  path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`
      const name = String(part)
      if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `[${JSON.stringify(name).replace(unseen, escaped)}]`
      return i === 0 ? name : `.${name}`
    })
    .join('')

/** A value as a message shows it: short, on one line, and nothing in it that a terminal would obey. */
export const shown = (value: unknown): string => {
  const text = (JSON.stringify(value) ?? String(value)).replace(unseen, escaped)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
