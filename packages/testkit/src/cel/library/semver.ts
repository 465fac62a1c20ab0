import { structType } from '../cel-type.ts'
import { CelError, LibraryValue } from '../cel-value.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { maxUint } from '../literal.ts'
import { goQuoted } from '../../go-text.ts'

const type = structType('kubernetes.Semver')

class SemverValue extends LibraryValue {
  override readonly type = type
  readonly numbers: readonly bigint[]
  readonly prerelease: readonly string[]

  constructor(numbers: readonly bigint[], prerelease: readonly string[]) {
    super()
    this.numbers = numbers
    this.prerelease = prerelease
  }

  override equals(other: unknown): boolean {
    return other instanceof SemverValue && compare(this, other) === 0
  }
}

const isNumber = (text: string): boolean => /^\d+$/.test(text)

const compareParts = (left: string, right: string): number => {
  if (isNumber(left) && isNumber(right))
    return Number(BigInt(left) > BigInt(right)) - Number(BigInt(left) < BigInt(right))
  if (isNumber(left) !== isNumber(right)) return isNumber(left) ? -1 : 1
  return left < right ? -1 : Number(left > right)
}

const compare = (left: SemverValue, right: SemverValue): number => {
  for (const [at, number] of left.numbers.entries()) {
    const other = right.numbers[at] ?? 0n
    if (number !== other) return number < other ? -1 : 1
  }
  const [before, after] = [left.prerelease, right.prerelease]
  if (before.length === 0 || after.length === 0)
    return Number(before.length === 0) - Number(after.length === 0)
  for (const [at, part] of before.entries()) {
    const other = after[at]
    if (other === undefined) return 1
    const order = compareParts(part, other)
    if (order !== 0) return order
  }
  return before.length < after.length ? -1 : 0
}

const numberOf = (text: string, name: string): bigint => {
  const shown = goQuoted(text)
  if (!/^\d*$/.test(text))
    throw new CelError(`Invalid character(s) found in ${name.toLowerCase()} number ${shown}`)
  if (text.length > 1 && text.startsWith('0'))
    throw new CelError(`${name} number must not contain leading zeroes ${shown}`)
  if (text === '') throw new CelError(`strconv.ParseUint: parsing "": invalid syntax`)
  if (BigInt(text) > maxUint) throw new CelError(`strconv.ParseUint: parsing ${shown}: value out of range`)
  return BigInt(text)
}

const checkPrerelease = (part: string): void => {
  if (part === '') throw new CelError('Prerelease is empty')
  if (isNumber(part)) {
    if (part.length > 1 && part.startsWith('0'))
      throw new CelError(`Numeric PreRelease version must not contain leading zeroes ${goQuoted(part)}`)
  } else if (!/^[0-9A-Za-z-]+$/.test(part))
    throw new CelError(`Invalid character(s) found in prerelease ${goQuoted(part)}`)
}

const checkBuild = (part: string): void => {
  if (part === '') throw new CelError('Build meta data is empty')
  if (!/^[0-9A-Za-z-]+$/.test(part))
    throw new CelError(`Invalid character(s) found in build meta data ${goQuoted(part)}`)
}

/** Splits at the first sign; the second part is undefined without it. */
const cut = (text: string, sign: string): [string, string | undefined] => {
  const at = text.indexOf(sign)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

const threeParts = (text: string): string[] => {
  const parts = text.split('.')
  return parts.length <= 3 ? parts : [...parts.slice(0, 2), parts.slice(2).join('.')]
}

const parse = (text: string): SemverValue => {
  if (text === '') throw new CelError('Version string empty')
  const [major = '', minor = '', last] = threeParts(text)
  if (last === undefined) throw new CelError('No Major.Minor.Patch elements found')
  const numbers = [numberOf(major, 'Major'), numberOf(minor, 'Minor')]
  const [release, build] = cut(last, '+')
  const [patch, prerelease] = cut(release, '-')
  numbers.push(numberOf(patch, 'Patch'))
  const parts = prerelease?.split('.') ?? []
  for (const part of parts) checkPrerelease(part)
  for (const part of build?.split('.') ?? []) checkBuild(part)
  return new SemverValue(numbers, parts)
}

/** `v1.02` becomes `1.2.0`. */
const normalized = (text: string): string => {
  const parts = threeParts(text.replace(/^v/, '')).map((part) => {
    if (part.length <= 1) return part
    const rest = part.replace(/^0+/, '')
    return /^\d/.test(rest) ? rest : `0${rest}`
  })
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? ''))
    throw new CelError('short version cannot contain PreRelease/Build meta data')
  return [...parts, '0', '0'].slice(0, 3).join('.')
}

const semver = (text: string, normalizes = false): SemverValue => parse(normalizes ? normalized(text) : text)

const isSemver = (text: string, normalizes = false): boolean => {
  try {
    semver(text, normalizes)
    return true
  } catch (error) {
    if (error instanceof CelError) return false
    throw error
  }
}

const numberAt = (name: string, at: number) =>
  member(`kubernetes.Semver.${name}(): int`, ({ numbers }: SemverValue) => numbers[at] ?? 0n)

/** Kubernetes' semantic versions. */
export const semverLibrary = (): Library => [
  global('semver(string): kubernetes.Semver', semver),
  global('semver(string, bool): kubernetes.Semver', semver),
  global('isSemver(string): bool', isSemver),
  global('isSemver(string, bool): bool', isSemver),
  member(
    'kubernetes.Semver.isGreaterThan(kubernetes.Semver): bool',
    (left: SemverValue, right: SemverValue) => compare(left, right) > 0,
  ),
  member(
    'kubernetes.Semver.isLessThan(kubernetes.Semver): bool',
    (left: SemverValue, right: SemverValue) => compare(left, right) < 0,
  ),
  member('kubernetes.Semver.compareTo(kubernetes.Semver): int', (left: SemverValue, right: SemverValue) =>
    BigInt(compare(left, right)),
  ),
  numberAt('major', 0),
  numberAt('minor', 1),
  numberAt('patch', 2),
]
