import { describe, expect, it } from 'vitest'
import { bench, input, wish } from '../../test/engine-bench.ts'
import { copy } from '../../test/model/model-rules.ts'
import { derivedPage } from './derived-page.ts'

const page = async (query: string) => {
  const { engine, run, server } = bench([copy], { canWrite: () => false })
  server.userPut('Wish', wish('w', 'i', 'j'))
  server.userPut('Input', input('i', 'TOPSECRET'))
  await run()
  const answer = derivedPage([engine], new URLSearchParams(query))
  expect(answer.body).not.toContain('TOPSECRET')
  return answer
}

describe('/debug/derived', () => {
  it('has every key with its state, or those of one rule', async () => {
    const all = await page('')
    expect(all.contentType).toBe('application/json')
    expect(JSON.parse(all.body)).toHaveLength(2)
    expect(JSON.parse((await page('name=other')).body)).toEqual([])
  })

  it('says why an object is as it is', async () => {
    const { body } = await page('why=j')
    expect(body).toContain('state: waiting (NoInput): nobody brought j')
    expect(body).toContain('c.Wish w')
    expect(body).toContain('c.Input j is not there')
    expect(JSON.parse((await page('why=j&kind=c.Copy&json')).body)).toMatchObject([{ derived: 'copy' }])
    expect((await page('why=a/j')).body).toContain('Nothing is known of it')
    expect((await page('why=j&kind=c.Input')).body).toContain('Nothing is known of it')
  })

  it('tells which writes are due', async () => {
    expect((await page('plan')).body).toMatch(/^create c.Copy i \(rule copy\); .*data.v\n$/)
    expect(JSON.parse((await page('plan&json')).body)).toMatchObject([{ by: 'copy', verb: 'create' }])
    expect((await page('plan&name=other')).body).toBe('Nothing would be written.\n')
  })
})
