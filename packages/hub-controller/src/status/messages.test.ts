import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { EngineReason } from '@odfmo/controller-kit'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { reasons, type Listed, type Reason } from './reasons/reasons.ts'
import { requestReasons } from './reasons/request-reasons.ts'
import { pictures, type Picture } from './test/pictures.ts'

const all = pictures()
const ready = 'Ready'

/** As `kubectl describe mirrorpeer` shows it. */
const text = ({ when, status: { phase, message, conditions = [] } }: Picture): string =>
  [
    `When ${when}:`,
    `  Phase:   ${phase ?? ''}`,
    `  Message: ${message ?? ''}`,
    ...conditions.map(({ type, status, reason, message: why }) => `  ${type} ${status} ${reason}: ${why}`),
  ].join('\n')

describe('what a MirrorPeer’s status says', () => {
  it('is in one file to be read and reviewed', async () => {
    await expect(`${all.map(text).join('\n\n')}\n`).toMatchFileSnapshot('./test/messages.txt')
  })

  it('is the same the next day: no time and no count in it makes the hub write', () => {
    for (const { when, status, nextDay } of all) expect(nextDay, when).toEqual(status)
  })

  it('names what is wrong wherever something is not True', () => {
    for (const { when, status } of all) {
      for (const condition of status.conditions ?? []) {
        expect(condition.message, `${when}: ${condition.type}`).not.toBe('')
        expect(condition.observedGeneration, `${when}: ${condition.type}`).toBe(1)
      }
      const wrong = status.conditions?.find((one) => one.status === 'False' && one.type !== ready)
      const condition = status.conditions?.find(({ type }) => type === ready)
      if (wrong === undefined || condition === undefined) continue
      // Ready names the first thing that is missing.
      expect(condition, when).toMatchObject({ status: 'False', reason: wrong.reason })
      expect(condition.message.startsWith(wrong.message.split('; ')[0] ?? ''), when).toBe(true)
    }
  })

  it('holds nothing of a secret', () => {
    const said = JSON.stringify(all.map(({ status, states }) => [status, [...states]]))
    for (const value of ['AQB+/z==', 'rbd-mirror-peer', 'hidden', 'access-cluster', 'secret-cluster']) {
      for (const form of [value, Buffer.from(value).toString('base64')]) expect(said).not.toContain(form)
    }
  })

  it('is in plain characters', () => {
    for (const { when, status } of all) {
      for (const { message } of [{ message: status.message ?? '' }, ...(status.conditions ?? [])])
        expect(message, when).toMatch(/^[\x20-\x7e]*$/)
    }
  })
})

describe('the table of reasons', () => {
  it('says of each reason on which conditions and with which status a hub shows it, no more and no less', () => {
    const seen = new Map<string, Set<string>>()
    for (const { status } of all) {
      for (const { type, reason, status: value } of status.conditions ?? []) {
        const repeats = type === ready && !(reasons[reason as keyof typeof reasons]?.on ?? []).includes(ready)
        if (!repeats) seen.set(reason, (seen.get(reason) ?? new Set()).add(`${type} ${value}`))
      }
    }
    const found = Object.fromEntries([...seen].map(([reason, where]) => [reason, [...where].sort()]))
    const rows = Object.entries(reasons).flatMap(([reason, { on, status }]) =>
      on.length === 0
        ? []
        : [[reason, on.map((type) => `${type} ${statusOn(reason, type, status)}`).sort()] as const],
    )
    expect(found).toEqual(Object.fromEntries(rows))
  })

  it('has no row that nothing gives', () => {
    const given = new Set(
      all.flatMap(({ status, states }) => [
        ...(status.conditions ?? []).map(({ reason }) => reason),
        ...[...states.values()].flatMap((state) => ('reason' in state ? [state.reason] : [])),
      ]),
    )
    expect(Object.keys(reasons).filter((reason) => !given.has(reason))).toEqual([])
    const approval = readFileSync(path.join(import.meta.dirname, '../addon/approval.ts'), 'utf8')
    expect(Object.keys(requestReasons).filter((reason) => !approval.includes(`'${reason}'`))).toEqual([])
  })

  it('says what to do wherever somebody has to act', () => {
    for (const [reason, { acts, todo, meaning }] of Object.entries(reasons)) {
      expect(meaning, reason).toMatch(/\.$/)
      if (acts !== 'nobody') expect(todo, reason).not.toBe('')
    }
  })

  it('is known to the compiler: a reason without a row is an error that says where to add one', () => {
    expectTypeOf<
      Listed<'NoSuchThing'>
    >().toEqualTypeOf<'reason NoSuchThing has no row in src/status/reasons/'>()
    expectTypeOf<Listed<'NoBlueSecret'>>().toEqualTypeOf<'NoBlueSecret'>()
    expectTypeOf<EngineReason>().toExtend<Reason>()
  })

  it('is asked by every rule: none takes the untyped waiting of the kit', () => {
    const src = path.join(import.meta.dirname, '..')
    const untyped = sources(src).filter((file) => {
      const code = readFileSync(file, 'utf8')
      return /import \{[^}]*\bwaiting\b[^}]*\} from '@odfmo\/controller-kit'/.test(code)
    })
    expect(untyped.map((file) => path.relative(src, file))).toEqual(['status/waiting.ts'])
  })
})

/** One reason has two sides: an elder MirrorPeer hinders no agent. */
const statusOn = (reason: string, type: string, status: string): string =>
  reason === 'DecidedByElder' && type === 'AddonsReady' ? 'True' : status

const sources = (folder: string): readonly string[] =>
  globSync('**/*.ts', { cwd: folder })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => path.join(folder, file))
    .sort()
