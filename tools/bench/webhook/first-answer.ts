import { request } from 'node:https'
import { reviews } from './reviews.ts'

/** Whether a server answers a review by now. */
export const firstAnswer = (port: number, ca: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [first] = reviews
    const headers = { 'content-type': 'application/json' }
    request(
      { host: '127.0.0.1', port, ca, path: first?.path, method: 'POST', headers, agent: false },
      (response) => {
        response.resume().once('end', () => resolve(response.statusCode === 200))
      },
    )
      .once('error', () => resolve(false))
      .end(first?.body)
  })
