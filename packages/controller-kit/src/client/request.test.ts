import type { Kind } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import {
  createRequest,
  deleteCollectionRequest,
  deleteRequest,
  getRequest,
  listRequest,
  patchRequest,
  updateRequest,
  watchRequest,
} from './request.ts'

const scope = { cluster: 'hub', fieldManager: 'odfmo-test' }
const secrets: Kind = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }
const roles: Kind = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
}
const key = { namespace: 'ns', name: 'a' }

describe('requests', () => {
  it.each([
    ['get', getRequest(scope, secrets, key), 'GET', '/api/v1/namespaces/ns/secrets/a'],
    [
      'get a name that needs encoding',
      getRequest(scope, roles, { name: 'open-cluster-management:x/y' }),
      'GET',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/open-cluster-management%3Ax%2Fy',
    ],
    [
      'list with selector and page',
      listRequest(scope, secrets, { labelSelector: 'a in (b, c)', limit: 5, continue: 'x=' }),
      'GET',
      '/api/v1/secrets?labelSelector=a%20in%20(b%2C%20c)&limit=5&continue=x%3D',
    ],
    [
      'watch',
      watchRequest(scope, secrets, { namespace: 'ns', resourceVersion: '5', timeoutSeconds: 300 }),
      'GET',
      '/api/v1/namespaces/ns/secrets?watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=300',
    ],
    [
      'list by watching',
      watchRequest(scope, secrets, { sendInitialEvents: true }),
      'GET',
      '/api/v1/secrets?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    ],
    [
      'create as a dry run',
      createRequest(scope, secrets, { metadata: key }, { dryRun: true }),
      'POST',
      '/api/v1/namespaces/ns/secrets?fieldManager=odfmo-test&dryRun=All',
    ],
    [
      'update a status',
      updateRequest(scope, roles, { metadata: { name: 'a' } }, { subresource: 'status' }),
      'PUT',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/a/status?fieldManager=odfmo-test',
    ],
    [
      'apply',
      patchRequest(scope, secrets, key, { type: 'apply', body: {} }, { force: true }),
      'PATCH',
      '/api/v1/namespaces/ns/secrets/a?fieldManager=odfmo-test&force=true',
    ],
    ['delete', deleteRequest(scope, secrets, key, {}), 'DELETE', '/api/v1/namespaces/ns/secrets/a'],
    [
      'delete a collection',
      deleteCollectionRequest(scope, secrets, { namespace: 'ns', labelSelector: 'a' }),
      'DELETE',
      '/api/v1/namespaces/ns/secrets?labelSelector=a',
    ],
  ] as const)('%s', (_name, request, method, path) => {
    expect(request).toMatchObject({ method, path })
  })

  it('sends apiVersion and kind with every object', () => {
    expect(JSON.parse(createRequest(scope, secrets, { metadata: key }, {}).body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: key,
    })
  })

  it('puts preconditions into the body of a delete', () => {
    const { body = '' } = deleteRequest(scope, secrets, key, {
      uid: 'u',
      resourceVersion: '3',
      propagationPolicy: 'Foreground',
    })
    expect(JSON.parse(body)).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u', resourceVersion: '3' },
      propagationPolicy: 'Foreground',
    })
  })

  it('refuses keys that would hit something else', () => {
    expect(() => getRequest(scope, secrets, { name: 'a' })).toThrow('expected a namespace')
    expect(() => getRequest(scope, roles, key)).toThrow('cluster-scoped')
    expect(() => getRequest(scope, secrets, { namespace: '..', name: 'a' })).toThrow('expected a name')
    expect(() => getRequest(scope, secrets, { namespace: 'ns', name: '' })).toThrow('expected a name')
  })

  it('never carries a body in its context', () => {
    const request = createRequest(scope, secrets, { metadata: key, data: { a: 'c2VjcmV0' } } as never, {})
    expect(JSON.stringify(request.context)).not.toContain('c2VjcmV0')
  })
})
