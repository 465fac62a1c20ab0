import { CelError } from '../cel-value.ts'
import type { Duration, Timestamp } from '../cel-value.ts'
import { member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { goQuoted } from '../../go-text.ts'

const million = 1_000_000n
const msOf = (nanos: bigint): number =>
  Number(nanos >= 0n ? nanos / million : (nanos - million + 1n) / million)

/** A date whose UTC fields are those of the time there. */
const inZone = ({ nanos }: Timestamp, zone: string): Date => {
  const at = new Date(msOf(nanos))
  if (zone === '' || zone === 'UTC') return at
  const colon = zone.indexOf(':')
  if (colon !== -1) {
    const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)]
    for (const part of [hours, minutes])
      if (!/^[+-]?\d+$/.test(part))
        throw new CelError(`strconv.Atoi: parsing ${goQuoted(part)}: invalid syntax`)
    const rest = zone.startsWith('-') ? -Number(minutes) : Number(minutes)
    return new Date(at.getTime() + (Number(hours) * 60 + rest) * 60_000)
  }
  return namedZone(at, zone)
}

const namedZone = (at: Date, zone: string): Date => {
  let parts: Intl.DateTimeFormatPart[]
  try {
    parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at)
  } catch {
    throw new CelError(`unknown time zone ${zone}`)
  }
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0)
  const ms = ((at.getTime() % 1_000) + 1_000) % 1_000
  return new Date(
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'), ms),
  )
}

const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000)

const ofTimestamps: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: dayOfYear,
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
}

const ofDurations: Readonly<Record<string, bigint>> = {
  getHours: 3_600_000_000_000n,
  getMinutes: 60_000_000_000n,
  getSeconds: 1_000_000_000n,
  getMilliseconds: million,
}

/** The parts of times and durations. */
export const timeLibrary = (): Library => [
  ...Object.entries(ofTimestamps).flatMap(([name, read]) => [
    member(`timestamp.${name}(): int`, (time: Timestamp) => BigInt(read(inZone(time, '')))),
    member(`timestamp.${name}(string): int`, (time: Timestamp, zone: string) =>
      BigInt(read(inZone(time, zone))),
    ),
  ]),
  ...Object.entries(ofDurations).map(([name, unit]) =>
    member(`duration.${name}(): int`, ({ nanos }: Duration) => nanos / unit),
  ),
]
