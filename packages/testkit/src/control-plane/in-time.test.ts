import { expect, it } from 'vitest'
import { inTime } from './in-time.ts'

it('resolves and rejects as what it waits for', async () => {
  const { signal } = new AbortController()
  await inTime(Promise.resolve(), signal, 'hub')
  await expect(inTime(Promise.reject(new Error('no')), signal, 'hub')).rejects.toThrow('no')
})

it('rejects when time is up, or was before', async () => {
  const late = new AbortController()
  const waiting = inTime(new Promise(() => undefined), late.signal, 'hub')
  late.abort()
  const wanted = {
    code: 'ODFMO_CONTROL_PLANE_TIMEOUT',
    message: 'the CustomResourceDefinitions of hub were not served in time',
  }
  await expect(waiting).rejects.toMatchObject(wanted)
  await expect(inTime(Promise.resolve(), late.signal, 'hub')).rejects.toMatchObject(wanted)
})
