import { expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { LineSplitter } from './lines.ts'

it.each([1, 2, 3, 4, 5])(
  'gives the same lines however the stream is cut, characters of many bytes included (seed %i)',
  (seed) => {
    const clock = new ManualClock(0, seed)
    const lines = Array.from({ length: 200 }, (_, index) =>
      JSON.stringify({ index, text: 'ä€𝄞'.repeat(index % 7) }),
    )
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    const splitter = new LineSplitter()
    const got: string[] = []
    for (let start = 0; start < bytes.length;) {
      const end = start + 1 + Math.floor(clock.random() * 40)
      got.push(...splitter.push(bytes.subarray(start, end)))
      start = end
    }
    expect(got).toEqual(lines)
  },
)
