import { contract } from '@odfmo/api-types'
import { ramenConfigOf } from '../actors/ramen.ts'
import type { Hands } from '../hands.ts'

/** An entry of ours by the name of its secret, which nobody else would choose. */
const ours = /\b[0-9a-f]{39}\b/

/**
 * Ramen's text without our entries, in the one style that texts here have: a list of blocks. Written again for this
 * oracle, so that it does not share a mistake with what it judges. A list that only held ours counts as none.
 */
export const foreignText = (text: string): string => {
  const blocks: { readonly lines: string[]; readonly isEntry: boolean }[] = []
  let dash: number | undefined
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/)
    const begins = /^\s*- s3|^\s*- #|^\s*- \{/.test(line)
    const last = blocks.at(-1)
    if (begins) {
      dash = indent
      blocks.push({ lines: [line], isEntry: true })
    } else if (last?.isEntry === true && dash !== undefined && indent > dash) last.lines.push(line)
    else blocks.push({ lines: [line], isEntry: false })
  }
  return blocks
    .filter(({ lines, isEntry }) => !(isEntry && ours.test(lines.join('\n'))))
    .flatMap(({ lines }) => lines)
    .filter((line) => !/^s3StoreProfiles:\s*(\[\s*\])?\s*(#.*)?$/.test(line))
    .join('\n')
}

export const ramenTextOf = (hands: Hands): string | undefined =>
  ramenConfigOf(hands)?.data?.[contract.ramen.configKey]

/** Names of the secrets that Ramen's configuration refers to and that are ours. */
export const ourEntries = (hands: Hands): readonly string[] => [
  ...new Set((ramenTextOf(hands) ?? '').match(new RegExp(ours, 'g'))),
]
