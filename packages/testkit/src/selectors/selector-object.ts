import { listAt, recordAt, textAt } from '../kube-object.ts'

/** Whether labels match a `metav1.LabelSelector`. An empty one matches everything. */
export const matchesSelectorObject = (
  selector: unknown,
  labels: Readonly<Record<string, string>> = {},
): boolean => {
  for (const [key, value] of Object.entries(recordAt(selector, 'matchLabels')))
    if (labels[key] !== value) return false
  return listAt(selector, 'matchExpressions').every((expression) => {
    const value = labels[textAt(expression, 'key')]
    const values = listAt(expression, 'values')
    switch (textAt(expression, 'operator')) {
      case 'In':
        return value !== undefined && values.includes(value)
      case 'NotIn':
        return value === undefined || !values.includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      default:
        return false
    }
  })
}
