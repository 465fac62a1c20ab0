import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { anchorsOf, linksOf, npmScriptsOf } from './markdown.ts'

/** What is wrong with the links of one text: files that are not there, headings that no text has. */
export function linkProblems(root: string, file: string): readonly string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return linksOf(text).flatMap(({ target, line }) => {
    const [to = '', anchor] = target.split('#')
    const at = to.startsWith('/')
      ? to.slice(1)
      : path.join(to === '' ? file : path.dirname(file), decodeURI(to))
    const found = path.join(root, at)
    const say = (what: string): string[] => [`${file}:${line}: ${target}: ${what}`]
    if (path.relative(root, found).startsWith('..')) return say('is outside of the repository')
    if (!existsSync(found)) return say(`there is no ${at}`)
    if (anchor === undefined) return []
    if (!at.endsWith('.md') || statSync(found).isDirectory()) return say('only texts have headings')
    return anchorsOf(readFileSync(found, 'utf8')).has(anchor) ? [] : say(`${at} has no heading #${anchor}`)
  })
}

/** Commands that a text names and that no package.json above it has. */
export function scriptProblems(root: string, file: string): readonly string[] {
  const scripts = scriptsFor(root, path.dirname(file))
  const named = npmScriptsOf(readFileSync(path.join(root, file), 'utf8'))
  return [...named].filter((name) => !scripts.has(name)).map((name) => `${file}: there is no npm run ${name}`)
}

function scriptsFor(root: string, folder: string): ReadonlySet<string> {
  const all = new Set<string>()
  for (let at = folder; ; at = path.dirname(at)) {
    const manifest = path.join(root, at, 'package.json')
    if (existsSync(manifest)) {
      const { scripts = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
        scripts?: Record<string, string>
      }
      for (const name of Object.keys(scripts)) all.add(name)
    }
    if (at === '.') return all
  }
}
