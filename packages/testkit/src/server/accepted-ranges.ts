/** One of the types that a client takes, with what it says of it: `as=Table`. */
export interface AcceptedRange {
  readonly type: string
  readonly parameters: readonly string[]
}

interface Weighed extends AcceptedRange {
  readonly weight: number
}

const rangeOf = (text: string): Weighed => {
  const [type = '', ...all] = text.split(';').map((part) => part.trim())
  const weight = all.find((parameter) => parameter.startsWith('q='))
  return {
    type,
    parameters: all.filter((parameter) => parameter !== weight),
    weight: weight === undefined ? 1 : Number(weight.slice(2)),
  }
}

/** `*` may be anything: what says more counts before it. */
const openness = ({ type }: AcceptedRange): number => type.split('*').length

/** The types of an Accept header, the most wanted first: by weight, then those that say more, then in their order. */
export const acceptedRanges = (accept: string): readonly AcceptedRange[] =>
  accept
    .split(',')
    .map(rangeOf)
    .toSorted((left, right) => right.weight - left.weight || openness(left) - openness(right))
