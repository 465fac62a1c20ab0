import { Environment } from '@marcbachmann/cel-js'
import { isIP } from 'node:net'

const isText = (value: unknown): value is string => typeof value === 'string'

const compare = (left: unknown, right: unknown): number => {
  if (isText(left) && isText(right)) return left < right ? -1 : Number(left > right)
  return Number(left) - Number(right)
}

const isSorted = (list: readonly unknown[]): boolean =>
  list.every((item, at) => at === 0 || compare(list[at - 1], item) <= 0)

const extreme = (list: readonly unknown[], sign: number): unknown => {
  if (list.length === 0) throw new Error('min/max called on empty list')
  return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best))
}

const sum = (list: readonly unknown[]): unknown =>
  list.some((item) => typeof item === 'bigint')
    ? list.reduce<bigint>((total, item) => total + BigInt(item as bigint), 0n)
    : list.reduce<number>((total, item) => total + Number(item), 0)

const isAbsoluteUrl = (text: string): boolean => URL.canParse(text)

/** CEL with the functions that Kubernetes adds for lists, regular expressions, URLs and addresses. */
export const newCelEnvironment = (): Environment =>
  new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  })
    .registerFunction('list<dyn>.isSorted(): bool', isSorted)
    .registerFunction('list<dyn>.sum(): dyn', sum)
    .registerFunction('list<dyn>.min(): dyn', (list: unknown[]) => extreme(list, -1))
    .registerFunction('list<dyn>.max(): dyn', (list: unknown[]) => extreme(list, 1))
    .registerFunction('list<dyn>.indexOf(dyn): int', (list: unknown[], item: unknown) =>
      BigInt(list.indexOf(item)),
    )
    .registerFunction('list<dyn>.lastIndexOf(dyn): int', (list: unknown[], item: unknown) =>
      BigInt(list.lastIndexOf(item)),
    )
    .registerFunction(
      'string.find(string): string',
      (text: string, pattern: string) => new RegExp(pattern, 'u').exec(text)?.[0] ?? '',
    )
    .registerFunction(
      'string.findAll(string): list<string>',
      (text: string, pattern: string) => text.match(new RegExp(pattern, 'gu')) ?? [],
    )
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction('isURL(string): bool', isAbsoluteUrl)
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
