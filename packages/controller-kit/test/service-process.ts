// A service to be run as a process by run-service.test.ts; its mode says how it behaves.
import { Credentials, runService } from '@odfmo/controller-kit'

await runService(
  {
    name: 'svc',
    version: '1.0.0',
    describe: 'A service.',
    flags: { mode: { type: 'string', describe: 'how it behaves', required: true } },
    configure: ({ own }) => own['mode'],
    async run(mode, { logger, signal }) {
      const alive = setInterval(() => undefined, 1000)
      logger.info({ secret: { data: { token: 'c2VjcmV0' } } }, 'running')
      if (mode === 'reject') void Promise.reject(new Error('nobody catches this'))
      if (mode === 'kubeconfig') await Credentials.load({ kubeconfig: '/no/such/file' })
      if (mode === 'fail') throw new Error('cannot work')
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      if (mode === 'hang') await new Promise(() => undefined)
      clearInterval(alive)
    },
  },
  process,
)
