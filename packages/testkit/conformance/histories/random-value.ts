import type { Random } from '../fuzz/random.ts'
import type { Shape } from './shape.ts'

/** What a value is for: patches may take away, strategic ones tell how lists are merged. */
export type Purpose = 'object' | 'merge' | 'strategic'

type Fields = Record<string, unknown>

const subsetOf = <T>(random: Random, all: readonly T[], percent: number): T[] => {
  const chosen = all.filter(() => random.in100(percent))
  return random.in100(50) ? chosen : chosen.toReversed()
}

const chosen = <T>(random: Random, all: readonly T[]): T => all[random.below(all.length)] as T

const odd = [null, {}, [], '', 0, 'odd', true, ['a', 'a'], { odd: 'x' }]

/** A value of a shape, now and then one that is not. */
export const randomValue = (random: Random, shape: Shape, purpose: Purpose): unknown => {
  switch (shape.form) {
    case 'one':
      return shape.mayBeOdd && random.below(150) === 0 ? chosen(random, odd) : chosen(random, shape.of)
    case 'fields':
      return retained(random, purpose, directed(random, purpose, fieldsOf(random, shape, purpose)))
    case 'map':
      return directed(
        random,
        purpose,
        Object.fromEntries(
          subsetOf(random, shape.keys, 50).map((key) => [key, below(random, shape.values, purpose)]),
        ),
      )
    case 'list':
      return listOf(random, shape, purpose)
  }
}

const below = (random: Random, shape: Shape, purpose: Purpose): unknown =>
  purpose !== 'object' && random.in100(15) ? null : randomValue(random, shape, purpose)

const directed = (random: Random, purpose: Purpose, value: Fields): Fields => {
  if (purpose !== 'strategic' || !random.in100(4)) return value
  return { $patch: random.of(['replace', 'delete', 'replace', 'merge']), ...value }
}

const retained = (random: Random, purpose: Purpose, value: Fields): Fields =>
  purpose === 'strategic' && random.in100(1) ? { ...value, $retainKeys: Object.keys(value) } : value

const fieldsOf = (
  random: Random,
  { fields, required }: Extract<Shape, { form: 'fields' }>,
  purpose: Purpose,
): Fields => {
  const names = Object.keys(fields)
  const isPatch = purpose !== 'object'
  const percent = Math.max(20, Math.min(50, 250 / names.length))
  const isThere = new Set(subsetOf(random, names, percent))
  // what is required is left out by few
  for (const name of required) if (!isPatch || random.in100(85)) isThere.add(name)
  const value: Fields = {}
  for (const name of isThere) {
    const shape = fields[name]
    if (shape === undefined) continue
    const isKept = required.includes(name) && !random.in100(3)
    value[name] = isKept ? randomValue(random, shape, purpose) : below(random, shape, purpose)
    if (purpose === 'strategic' && shape.form === 'list' && value[name] !== null)
      addDirectives(random, value, name, shape)
  }
  return value
}

/** What is both deleted and there comes in any order. */
const deleteOthers = (random: Random, value: Fields, name: string, all: readonly unknown[]): void => {
  const kept = value[name]
  value[`$deleteFromPrimitiveList/${name}`] = subsetOf(random, all, 50).filter(
    (item) => !(Array.isArray(kept) && kept.includes(item)),
  )
}

const addDirectives = (
  random: Random,
  value: Fields,
  name: string,
  { items, key }: Extract<Shape, { form: 'list' }>,
): void => {
  if (items.form === 'one') {
    if (random.in100(10)) deleteOthers(random, value, name, items.of)
    if (random.in100(10)) value[`$setElementOrder/${name}`] = subsetOf(random, items.of, 70)
  } else if (key !== undefined && items.form === 'fields' && random.in100(15)) {
    const identities = items.fields[key]
    if (identities?.form !== 'one') return
    const order = subsetOf(random, identities.of, 80)
    value[`$setElementOrder/${name}`] = order.map((identity) => ({ [key]: identity }))
  }
}

const listOf = (
  random: Random,
  { items, key }: Extract<Shape, { form: 'list' }>,
  purpose: Purpose,
): unknown[] => {
  if (items.form === 'one') {
    const list = subsetOf(random, items.of, 50)
    return list.length > 0 && random.in100(2) ? [...list, list[0]] : list
  }
  const made = Array.from({ length: random.below(4) }, () =>
    randomValue(random, items, purpose === 'merge' ? 'object' : purpose),
  )
  if (random.in100(3)) return made
  // of one identity only the first: most lists want it so
  const seen = new Set<unknown>()
  const list = made.filter((item) => {
    const fields = item as Fields | null
    const identity = JSON.stringify(
      key === undefined ? [fields?.['name'], fields?.['port'], fields?.['key']] : fields?.[key],
    )
    return !seen.has(identity) && seen.add(identity)
  })
  if (purpose !== 'strategic' || key === undefined) return list
  const all = list.map((item) =>
    random.in100(12)
      ? { [key]: (item as Fields | null)?.[key], $patch: random.of(['delete', 'delete', 'replace']) }
      : item,
  )
  return random.in100(4) ? [{ $patch: 'replace' }, ...all] : all
}
