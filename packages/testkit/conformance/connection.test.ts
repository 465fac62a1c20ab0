import { expect, test } from 'vitest'
import { useExisting } from '../src/existing/use-existing.ts'
import { startCluster } from '../src/start-cluster.ts'
import { connect } from './connection.ts'

test('a connection is made in the identity that its kubeconfig impersonates', async () => {
  const lab = await startCluster({ name: 'lab' })
  const existing = await useExisting({ kubeconfig: lab.kubeconfig(), contexts: { hub: 'lab' } })
  const kubeconfig = existing.cluster('hub').kubeconfig({ user: 'bob', groups: ['ops', 'dev'] })
  const connection = connect(kubeconfig)
  const answer = await connection.send({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    headers: { 'content-type': 'application/json' },
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  })
  expect(JSON.parse(await answer.body.text())).toMatchObject({
    status: { userInfo: { username: 'bob', groups: ['ops', 'dev', 'system:authenticated'] } },
  })
  await connection.close()
  await existing.stop()
  await lab.stop()
})
