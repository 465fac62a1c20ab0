import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Workspace } from './workspace.ts'

const heading = '# What other packages may rely on. After a change on purpose: npm run lint -- --write\n'

/** The names that each library exports differ from its reviewed surface.txt; with `write` the files are renewed instead. */
export function publicSurfaceProblems(root: string, workspace: Workspace, write: boolean): string[] {
  return workspace.packages.flatMap(({ folder, manifest }) => {
    if (manifest.private || manifest.exports === undefined) return []
    const file = path.join(root, folder, 'surface.txt')
    const wanted =
      heading +
      Object.entries(manifest.exports)
        .map(([entry, targets]) => {
          const source = path.join(root, folder, targets['@odfmo/source'] ?? '')
          return `\n${path.posix.join(manifest.name, entry)}\n${exportedNames(readFileSync(source, 'utf8'))
            .map((name) => `  ${name}\n`)
            .join('')}`
        })
        .join('')
    const reviewed = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (reviewed === wanted) return []
    if (write) {
      writeFileSync(file, wanted)
      return []
    }
    return [
      `${folder}/surface.txt: ${difference(reviewed, wanted)}; if this is on purpose: npm run lint -- --write`,
    ]
  })
}

/** `type Name` or `value name` for all that a module without `export *` exports, sorted. */
export function exportedNames(text: string): string[] {
  const names = new Set<string>()
  for (const [, onlyTypes, list = ''] of text.matchAll(/^export (type )?\{([^}]*)\}/gm)) {
    for (const item of list.replace(/\/\/.*$/gm, '').split(',')) {
      const [, type, name, alias] = /^\s*(type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(item) ?? []
      if (name !== undefined) names.add(`${(onlyTypes ?? type) ? 'type' : 'value'} ${alias ?? name}`)
    }
  }
  for (const [, keyword, name] of text.matchAll(
    /^export (?:async |abstract )?(const|let|function\*?|class|interface|type)\s+([\w$]+)/gm,
  )) {
    names.add(`${keyword === 'interface' || keyword === 'type' ? 'type' : 'value'} ${name}`)
  }
  return [...names].sort()
}

function difference(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const added = now.filter((line) => !old.includes(line)).map((line) => `+${line.trim()}`)
  const removed = old.filter((line) => !now.includes(line)).map((line) => `-${line.trim()}`)
  return [...added, ...removed].join(', ') || 'out of order'
}
