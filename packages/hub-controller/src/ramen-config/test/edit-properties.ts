import fc from 'fast-check'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { editRamenConfig } from '../edit.ts'
import type { ProfileEdits } from '../plan.ts'
import { isFields, profileNameOf, secretNameOf } from '../profile.ts'
import { profilesOfText } from '../read-config.ts'
import { commentsOf, missingOf } from './comments.ts'
import { anyProfile, clusterNames, documents, stays, textOf } from './documents.ts'
import { drop, edit, put } from './edits.ts'

const edits = fc
  .uniqueArray(fc.tuple(anyProfile, fc.boolean()), {
    minLength: 1,
    maxLength: clusterNames.length,
    selector: ([{ s3ProfileName }]) => s3ProfileName,
  })
  .map((choices): ProfileEdits => ({
    put: put(...choices.filter(([, isPut]) => isPut).map(([one]) => one)).put,
    drop: drop(...choices.filter(([, isPut]) => !isPut).map(([one]) => one)).drop,
  }))

/** What a root value should say afterwards: by hand, without the code that plans it. */
const meant = (value: unknown, { put: puts, drop: drops }: ProfileEdits): Record<string, unknown> => {
  const root: Record<string, unknown> = isFields(value) ? { ...value } : {}
  const before = (root['s3StoreProfiles'] ?? []) as readonly unknown[]
  const isOurs = (entry: unknown, name: string, secret: string): boolean =>
    profileNameOf(entry) === name && secretNameOf(entry) === secret
  const after = before
    .filter((entry) => !drops.some((one) => isOurs(entry, one.s3ProfileName, one.s3SecretName)))
    .map((entry) => {
      const wish = puts.find(({ profile: one }) => isOurs(entry, one.s3ProfileName, one.s3SecretRef.name))
      if (wish === undefined || !isFields(entry)) return entry
      const reference = entry['s3SecretRef']
      return { ...entry, ...wish.profile, s3SecretRef: { ...(isFields(reference) ? reference : {}) } }
    })
  const missing = puts.filter(
    ({ profile: one }) => !before.some((entry) => profileNameOf(entry) === one.s3ProfileName),
  )
  return { ...root, s3StoreProfiles: [...after, ...missing.map(({ profile: one }) => one)] }
}

const valueOf = (text: string): unknown => parse(text, { merge: true, logLevel: 'error' }) as unknown
const says = (text: string): Record<string, unknown> => {
  const value = valueOf(text)
  const root = isFields(value) ? value : {}
  return { ...root, s3StoreProfiles: root['s3StoreProfiles'] ?? [] }
}

const expectInOrder = (text: string, stretches: readonly string[]): void => {
  let at = 0
  for (const stretch of stretches) {
    const found = text.indexOf(stretch, at)
    if (found === -1) expect.fail(`lost ${JSON.stringify(stretch)} behind ${at} in:\n${text}`)
    at = found + stretch.length
  }
}

/** Every byte that is not ours stays, what is read is what was meant, and once is enough. */
export const bytesStay = () =>
  fc.property(documents, edits, (pieces, wanted) => {
    const before = textOf(pieces)
    fc.pre(profilesOfText(before).is === 'read')
    const after = edit(before, wanted)
    expect(says(after)).toEqual(meant(valueOf(before), wanted))
    const dropped = new Set(wanted.drop.map(({ s3SecretName }) => s3SecretName))
    const stay = stays(pieces, dropped)
    expectInOrder(after, stay)
    const lost = missingOf(commentsOf(before), commentsOf(after))
    const gone = pieces.filter(({ of }) => of !== undefined && dropped.has(of))
    expect(missingOf(lost, commentsOf(textOf(gone)))).toEqual([])
    expect(edit(after, wanted)).toBe(after)
    expect(profilesOfText(after)).toEqual({
      is: 'read',
      entries: meant(valueOf(before), wanted)['s3StoreProfiles'],
    })
  })

const several = fc.uniqueArray(anyProfile, {
  minLength: 1,
  maxLength: 3,
  selector: ({ s3ProfileName }) => s3ProfileName,
})

/**
 * What was put can be dropped, and then it reads as before: byte for byte where the list stood or there was none.
 * A value that is left out or null becomes an empty list, and a last line gets its line break.
 */
export const comesBack = () =>
  fc.property(documents, several, (pieces, profiles) => {
    const before = textOf(pieces)
    const read = profilesOfText(before)
    fc.pre(read.is === 'read')
    const names = new Set((read.is === 'read' ? read.entries : []).map(profileNameOf))
    const fresh = profiles.filter(({ s3ProfileName }) => !names.has(s3ProfileName))
    const after = edit(before, put(...fresh))
    const [first, ...rest] = fresh
    const back = first === undefined ? after : edit(edit(after, drop(...rest)), drop(first))
    expect(says(back)).toEqual(says(before))
    expect(missingOf(commentsOf(before), commentsOf(back))).toEqual([])
    const isPlain = !/s3StoreProfiles"?:(?: ~)?\r?(?:\n|$)/.test(before) && before.endsWith('\n')
    if (isPlain) expect(back).toBe(before)
  })

const damage = fc.tuple(
  fc.nat(),
  fc.constantFrom(
    '',
    '\t',
    ' ',
    '\n',
    ':',
    '- ',
    '#',
    "'",
    '"',
    '{',
    ']',
    ',',
    '&a ',
    '*a',
    '<<: *shared\n',
    '? ',
    '|',
    '\r',
    '---\n',
    '!x ',
  ),
  fc.nat(3),
)

/** A text that was damaged by hand is edited rightly or left alone; `onEdited` is told of what was edited. */
export const damageIsHarmless = (onEdited?: (before: string, after: string) => void) =>
  fc.property(
    documents,
    fc.array(damage, { minLength: 1, maxLength: 3 }),
    fc.array(anyProfile, { maxLength: 2 }),
    (pieces, damages, profiles) => {
      const before = damages.reduce((text, [where, what, cut]) => {
        const at = where % (text.length + 1)
        return text.slice(0, at) + what + text.slice(at + cut)
      }, textOf(pieces))
      const unique = new Map(profiles.map((one) => [one.s3ProfileName, one]))
      const wanted = put(...unique.values())
      const result = editRamenConfig(before, wanted)
      if (result.is !== 'text') return
      onEdited?.(before, result.text)
      expect(says(result.text)).toEqual(meant(valueOf(before), wanted))
      expect(missingOf(commentsOf(before), commentsOf(result.text))).toEqual([])
      expect(edit(result.text, wanted)).toBe(result.text)
    },
  )
