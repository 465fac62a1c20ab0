#!/usr/bin/env node
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Credentials, identitySource, KubeClient, Metrics, runService } from '@odfmo/controller-kit'
import { consoleInitApp } from './app.ts'
import { consoleInitConfig, consoleInitFlags } from './config.ts'
import { runOnce } from './run-once.ts'
import { version } from './version.ts'

const component = 'console-init'

await runService(
  {
    name: component,
    version,
    describe: 'Makes the Service and the ConsolePlugin of the multicluster console, and keeps them right.',
    flags: consoleInitFlags,
    configure: consoleInitConfig,
    async run(config, { flags, logger, signal }) {
      const metrics = new Metrics()
      const client = new KubeClient({
        cluster: 'hub',
        component,
        version,
        credentials: await Credentials.load(identitySource(flags.kubeconfig, process.env)),
        observer: metrics.requestObserver,
        env: process.env,
      })
      const app = consoleInitApp({
        config,
        client,
        logger,
        metrics,
        identity: `${hostname()}_${randomUUID()}`,
        leaderElect: flags.leaderElect,
        leaderTimings: flags.leaderTimings,
        debug: flags.debug,
        ...(flags.metricsAddress === undefined ? {} : { metricsAddress: flags.metricsAddress }),
        ...(flags.healthAddress === undefined ? {} : { healthAddress: flags.healthAddress }),
      })
      return config.once === undefined ? app.manager.run(signal) : runOnce(app, config.once.timeoutMs, signal)
    },
  },
  process,
)
