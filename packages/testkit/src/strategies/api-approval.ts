import { invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

const annotation = 'api-approved.kubernetes.io'
const seeAlso = 'see https://github.com/kubernetes/enhancements/pull/1111'

export interface Approval {
  readonly state: 'missing' | 'invalid' | 'bypassed' | 'approved'
  readonly message: string
}

const isProtected = (group: string): boolean =>
  ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`))

/** What the annotation of a definition in a group of Kubernetes says; undefined in groups of others. */
export const approvalOf = (definition: KubeObject): Approval | undefined => {
  if (!isProtected(textAt(definition, 'spec', 'group'))) return undefined
  const text = definition.metadata.annotations?.[annotation] ?? ''
  const must = `protected groups must have approval annotation ${JSON.stringify(annotation)}`
  if (text === '') return { state: 'missing', message: `${must}, ${seeAlso}` }
  if (text.startsWith('unapproved'))
    return { state: 'bypassed', message: `not approved: ${JSON.stringify(text)}` }
  if (/^[A-Za-z][\w+.-]*:\/\/[^/?#\s]+/.test(text))
    return { state: 'approved', message: `approved in ${text}` }
  return {
    state: 'invalid',
    message: `${must} with either a URL or a reason starting with "unapproved", ${seeAlso}`,
  }
}

/** A definition in a group of Kubernetes needs an approval; one that was there without may go on so. */
export const approvalErrors = (definition: KubeObject, old?: KubeObject): FieldError[] => {
  const approval = approvalOf(definition)
  if (approval === undefined) return []
  if (old !== undefined && approvalOf(old)?.state === approval.state) return []
  const path = `metadata.annotations[${annotation}]`
  switch (approval.state) {
    case 'missing':
      return [required(path, approval.message)]
    case 'invalid':
      return [invalid(path, definition.metadata.annotations?.[annotation] ?? '', approval.message)]
    case 'bypassed':
    case 'approved':
      return []
  }
}
