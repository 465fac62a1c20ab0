import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ConformanceArea } from './conformance-case.ts'
import type { CaseResult, Transcript } from './transcript.ts'

const folder = path.join(import.meta.dirname, 'recorded')
const fileOf = (area: ConformanceArea): string => path.join(folder, `${area.file}.json`)

type Recording = Readonly<Record<string, Transcript>>

/** What the real API server answered, by `AREA: TITLE`; cases never recorded are missing. */
export const readRecordings = (areas: readonly ConformanceArea[]): ReadonlyMap<string, Transcript> =>
  new Map(
    areas.flatMap((area) =>
      Object.entries(readRecording(area)).map(
        ([title, transcript]) => [`${area.name}: ${title}`, transcript] as const,
      ),
    ),
  )

/** Recorded cases that are no longer in the suite, as `AREA: TITLE`. */
export const staleRecordings = (areas: readonly ConformanceArea[]): readonly string[] =>
  areas.flatMap((area) => {
    const titles = new Set(area.cases.map(({ title }) => title))
    return Object.keys(readRecording(area)).flatMap((title) =>
      titles.has(title) ? [] : [`${area.name}: ${title}`],
    )
  })

/** Writes the answers of the cases that ran, keeps those of the others, and drops what is no case any more. */
export const writeRecordings = (areas: readonly ConformanceArea[], results: readonly CaseResult[]): void => {
  const transcripts = new Map(results.map(({ name, transcript }) => [name, transcript]))
  for (const area of areas) {
    const before = readRecording(area)
    const recording = Object.fromEntries(
      area.cases.flatMap(({ title }) => {
        const transcript = transcripts.get(`${area.name}: ${title}`) ?? before[title]
        return transcript === undefined ? [] : [[title, transcript] as const]
      }),
    )
    if (Object.keys(recording).length === 0) rmSync(fileOf(area), { force: true })
    else writeFileSync(fileOf(area), `${JSON.stringify(recording, undefined, 1)}\n`)
  }
}

const readRecording = (area: ConformanceArea): Recording => {
  try {
    return JSON.parse(readFileSync(fileOf(area), 'utf8')) as Recording
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
