import { FieldSet } from './field-set.ts'
import { typeBelow } from './field-type.ts'
import type { FieldType } from './field-type.ts'
import type { FieldPath, PathElement } from './path-element.ts'

/** What became one value since somebody owned parts of it. */
const becameWhole = (
  type: FieldType | undefined,
  set: FieldSet | undefined,
  { path, isLeaf }: { path: FieldPath; isLeaf: boolean },
  found: FieldPath[],
): void => {
  if (type === undefined) return
  const below = (): void => {
    if (set === undefined) return
    for (const element of new Set<PathElement>([...set.children.keys(), ...set.members])) {
      const children = set.children.get(element)
      const at = {
        path: [...path, element],
        isLeaf: set.members.has(element) && children === undefined,
      }
      becameWhole(typeBelow(type, element), children, at, found)
    }
  }
  const { map, list } = type
  if (map !== undefined) {
    if (map.isDeduced) return
    if (map.isAtomic && !isLeaf) {
      if (set !== undefined && !set.isEmpty) found.push(path)
    } else below()
  } else if (list !== undefined && type.scalar === undefined) {
    if (list.isAtomic && !isLeaf) found.push(path)
    else below()
  }
}

/** The set in terms of a schema that changed: who owned parts of what is one value now owns all of it. */
export const reconciledSet = (type: FieldType, set: FieldSet): FieldSet => {
  const found: FieldPath[] = []
  becameWhole(type, set, { path: [], isLeaf: false }, found)
  if (found.length === 0) return set
  const whole = FieldSet.of(...found)
  return set.without(whole).union(whole)
}
