import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { linkProblems, scriptProblems } from './link-problems.ts'
import { anchorsOf, linksOf } from './markdown.ts'

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
const texts = listed.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)))

it('there are texts to look at', () => {
  expect(texts).toContain('README.md')
  expect(texts).toContain('docs/README.md')
  expect(texts.length).toBeGreaterThan(50)
})

it.each(texts)('%s: every link leads somewhere, and every command is there', (file) => {
  expect([...linkProblems(root, file), ...scriptProblems(root, file)]).toEqual([])
})

describe('what is found', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-links-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), text)

  it('is a file, a heading and a command that are not there', () => {
    write('package.json', '{ "scripts": { "there": "true" } }')
    write('other.md', '# One\n\n## `Two`, and more\n\n```sh\n# no heading\n```\n')
    write(
      'text.md',
      [
        '[a](other.md) [b](other.md#two-and-more) [c](#here) [d](https://example.com/x#y) `[e](gone.md)`',
        '[f](gone.md) [g](other.md#three) [h](other.md#no-heading) [i](../x.md) [j](package.json#a)',
        '```',
        '[k](gone.md)',
        '```',
        '# Here',
        'npm run there, `npm run gone -- --now`',
      ].join('\n'),
    )
    expect(linkProblems(folder, 'text.md')).toEqual([
      'text.md:2: gone.md: there is no gone.md',
      'text.md:2: other.md#three: other.md has no heading #three',
      'text.md:2: other.md#no-heading: other.md has no heading #no-heading',
      'text.md:2: ../x.md: is outside of the repository',
      'text.md:2: package.json#a: only texts have headings',
    ])
    expect(scriptProblems(folder, 'text.md')).toEqual(['text.md: there is no npm run gone'])
  })

  it('of two links in a line and of a table is each', () => {
    expect(linksOf('| [a](x.md) | [`b`](y.md#z "title") |').map(({ target }) => target)).toEqual([
      'x.md',
      'y.md#z',
    ])
  })

  it('of headings are the names that GitHub gives them', () => {
    expect([
      ...anchorsOf('# A MirrorPeer’s life\n## What to do when…\n## Same\n## Same\n## [Link](x.md) & `code`'),
    ]).toEqual(['a-mirrorpeers-life', 'what-to-do-when', 'same', 'same-1', 'link--code'])
  })
})
