/** A link in a text, as it stands there: `docs/x.md#part`. */
export interface MarkdownLink {
  readonly target: string
  /** Counted from 1. */
  readonly line: number
}

const fence = /^ {0,3}(```+|~~~+)/

/** The lines of a text, those of code blocks empty, and without what is marked as code inside of the others. */
function prose(text: string): readonly string[] {
  let open: string | undefined
  return text.split('\n').map((line) => {
    const [, marks] = fence.exec(line) ?? []
    if (open === undefined && marks !== undefined) {
      open = marks
      return ''
    }
    if (open !== undefined) {
      if (marks?.startsWith(open) === true) open = undefined
      return ''
    }
    return line.replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, (code) => '·'.repeat(code.length))
  })
}

/** All links and images of a text, but for those that begin with a scheme (`https:`). */
export function linksOf(text: string): readonly MarkdownLink[] {
  return prose(text).flatMap((line, index) =>
    [...line.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
      .map(([, target = '']) => ({ target, line: index + 1 }))
      .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/i.test(target)),
  )
}

/** What can stand behind `#` in a link to a text: its headings, as GitHub makes names of them, and its named anchors. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  let fenced: string | undefined
  for (const line of text.split('\n')) {
    const [, marks] = fence.exec(line) ?? []
    if (marks !== undefined && (fenced === undefined || marks.startsWith(fenced))) {
      fenced = fenced === undefined ? marks : undefined
      continue
    }
    if (fenced !== undefined) continue
    for (const [, id = ''] of line.matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(id)
    const [, heading] = /^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(line) ?? []
    if (heading === undefined) continue
    const base = anchorOf(heading)
    let anchor = base
    for (let n = 1; found.has(anchor); n += 1) anchor = `${base}-${n}`
    found.add(anchor)
  }
  return found
}

/** The text of a heading without its marks, in lower case, without punctuation, with hyphens for spaces. */
function anchorOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\p{Mark} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** Names of scripts that a text tells to run with `npm run`, also inside of code. */
export function npmScriptsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name))
}
