import type { Subject } from '@odfmo/api-types'

export const rbacGroup = 'rbac.authorization.k8s.io'

export const userSubject = (name: string): Subject => ({ apiGroup: rbacGroup, kind: 'User', name })

export const groupSubject = (name: string): Subject => ({ apiGroup: rbacGroup, kind: 'Group', name })
