/** A code block of a page, with what the comment before it says about it; readers do not see that comment. */
export interface CodeBlock {
  /** `console`, `sh`, `yaml` … */
  readonly language: string
  readonly text: string
  /** The line of the opening fence. */
  readonly line: number
  /** The heading it stands under. */
  readonly heading: string
  readonly use: BlockUse
}

/**
 * `<!-- run: WORLD -->`: its commands are run there. `<!-- file: WORLD PATH -->`: it becomes this file, where commands run.
 * `<!-- not run: REASON -->`.
 */
export type BlockUse =
  | { readonly kind: 'run'; readonly world: string }
  | { readonly kind: 'file'; readonly world: string; readonly path: string }
  | { readonly kind: 'not run'; readonly reason: string }

const fence = /^(?<indent> *)```(?<language>\w*)$/
const comment = /^ *<!-- (?<what>run|file|not run): (?<rest>.+?) -->$/

/** All code blocks of a page in Markdown. Throws for one that no comment stands before: somebody has to decide. */
export const codeBlocks = (page: string): readonly CodeBlock[] => {
  const lines = page.split('\n')
  const blocks: CodeBlock[] = []
  let heading = ''
  for (let n = 0; n < lines.length; n += 1) {
    const line = lines[n] ?? ''
    heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading
    const { indent = '', language = '' } = fence.exec(line)?.groups ?? {}
    if (!fence.test(line)) continue
    const end = lines.findIndex((one, at) => at > n && one.trim() === '```')
    if (end === -1) throw new Error(`line ${n + 1}: this code block does not end`)
    const text = lines.slice(n + 1, end).map((one) => one.slice(indent.length))
    blocks.push({
      language,
      text: text.join('\n'),
      line: n + 1,
      heading,
      use: useOf(lines[n - 1] ?? '', n + 1),
    })
    n = end
  }
  return blocks
}

const useOf = (before: string, line: number): BlockUse => {
  const { what, rest = '' } = comment.exec(before)?.groups ?? {}
  switch (what) {
    case 'run':
      return { kind: 'run', world: rest }
    case 'not run':
      return { kind: 'not run', reason: rest }
    case 'file': {
      const [world = '', path = ''] = rest.split(' ')
      return { kind: 'file', world, path }
    }
    default:
      throw new Error(
        `line ${line}: the line before this code block has to be <!-- run: WORLD -->, <!-- file: WORLD PATH --> or <!-- not run: REASON -->`,
      )
  }
}
