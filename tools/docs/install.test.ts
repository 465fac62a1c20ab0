import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { hasKubectl } from '../generate/test/kubectl.ts'
import { codeBlocks, type CodeBlock } from './code-blocks.ts'
import { consoleSteps, isDocumented, linesOf } from './console.ts'
import { pageShell, type PageShell, type ShellRun } from './page-shell.ts'
import { pageWorlds, type PageWorld } from './page-worlds.ts'

const page = 'docs/install.md'
const blocks = codeBlocks(readFileSync(path.join(root, page), 'utf8'))
const titleOf = ({ line, heading }: CodeBlock): string => `line ${line}, ${heading}`
const minutesMs = 300_000
const webhookMs = 120_000
const againMs = 500

/** As the page says of this answer: a moment later it is another. */
const untilWebhookAnswers = async (run: () => Promise<ShellRun>): Promise<ShellRun> => {
  const until = performance.now() + webhookMs
  for (;;) {
    const answer = await run()
    if (!answer.output.includes('failed calling webhook') || performance.now() > until) return answer
    await sleep(againMs)
  }
}

const stepsOf = ({ language, text }: CodeBlock) =>
  language === 'console' ? consoleSteps(text) : [{ command: text, output: ['…'] }]

describe.skipIf(!hasKubectl).each(Object.entries(pageWorlds))(
  `${page}, what is typed in the world %s (skipped without kubectl)`,
  (name, start) => {
    let base: string
    let shell: PageShell
    let world: PageWorld | undefined

    beforeAll(async () => {
      base = mkdtempSync(path.join(tmpdir(), 'odfmo-page-'))
      shell = pageShell(base)
      for (const { use, text } of blocks)
        if (use.kind === 'file' && use.world === name)
          writeFileSync(path.join(shell.folder, use.path), `${text}\n`)
      world = await start({ folder: shell.folder, scratch: base })
      shell.connect(world.clusters)
    }, minutesMs)
    afterAll(async () => {
      await world?.stop()
      rmSync(base, { recursive: true, force: true })
    }, minutesMs)

    // Each goes on where the one before it ended.
    let hasFailed = false
    beforeEach(({ skip, onTestFailed }) => {
      skip(hasFailed, 'what comes before it has failed')
      onTestFailed(() => {
        hasFailed = true
      })
    })

    const here = blocks.filter(({ use }) => use.kind === 'run' && use.world === name)
    it.each(here.map((block) => [titleOf(block), block] as const))(
      '%s: prints what the page says',
      async (_title, block) => {
        for (const { command, output } of stepsOf(block)) {
          const run = await untilWebhookAnswers(() => shell.run(command))
          const said = linesOf(run.output)
          const isAsDocumented = isDocumented(linesOf(output.join('\n')), said)
          expect(isAsDocumented ? run.code : said, `${command}\n${run.output}`).toEqual(
            isAsDocumented ? 0 : output,
          )
          await world?.after(command)
        }
      },
      2 * minutesMs,
    )
  },
)

describe(`${page}, what is not run`, () => {
  const others = blocks.filter(({ use }) => use.kind === 'not run')

  it.for(others.map((block) => [titleOf(block), block] as const))('%s', ([, block], { skip }) => {
    for (const { command } of stepsOf(block)) {
      const { status, stderr } = spawnSync('bash', ['-n', '-c', command], { encoding: 'utf8' })
      expect([status, stderr], command).toEqual([0, ''])
    }
    if (block.use.kind === 'not run') skip(block.use.reason)
  })
})

it(`${page} names no world that there is not`, () => {
  const named = blocks.flatMap(({ use }) => (use.kind === 'not run' ? [] : [use.world]))
  expect([...new Set(named)].toSorted()).toEqual(Object.keys(pageWorlds).toSorted())
})
