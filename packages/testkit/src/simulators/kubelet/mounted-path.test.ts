import { expect, test } from 'vitest'
import { onDisk } from './mounted-path.ts'

const mounts = [
  { mountPath: '/var/run/hub', directory: '/d/hub' },
  { mountPath: '/var/run/hub/deeper/', directory: '/d/deeper' },
]

test.each([
  ['--hub-kubeconfig=/var/run/hub/kubeconfig', '--hub-kubeconfig=/d/hub/kubeconfig'],
  ['/var/run/hub', '/d/hub'],
  ['/var/run/hub/deeper/file', '/d/deeper/file'],
  ['a:/var/run/hub/x,/var/run/hub/y b', 'a:/d/hub/x,/d/hub/y b'],
  ['/var/run/hubcap', '/var/run/hubcap'],
  ['/other/var/run/hub', '/other/var/run/hub'],
  ['', ''],
])('%s → %s', (text, wanted) => {
  expect(onDisk(text, mounts)).toBe(wanted)
})
