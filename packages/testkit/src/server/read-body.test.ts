import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { Exchange } from './exchange.ts'
import { readBytes } from './read-body.ts'

it('a request whose client left before anybody read it is given up, not waited for', async () => {
  const request = Object.assign(new PassThrough(), { complete: false })
  await new Promise<void>((resolve) => request.on('close', resolve).destroy())
  const exchange = { request, header: () => undefined } as unknown as Exchange
  await expect(readBytes(exchange)).rejects.toThrow('the client closed the connection')
})
