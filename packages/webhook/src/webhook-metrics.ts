import { X509Certificate } from 'node:crypto'
import type { Metrics } from '@odfmo/controller-kit'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { AdmissionReview } from './admission/admission-review.ts'
import type { ReviewObserver } from './admission/admission-endpoint.ts'
import type { CertificateObserver, CertificateSource } from './serving/certificate-source.ts'
import type { RequestObserver } from './serving/webhook-server.ts'

/** An answer takes a fraction of a millisecond; the API server gives up after 10 s. */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 10]

/** What the webhook counts, under controller-runtime's names where it has them. */
export class WebhookMetrics implements RequestObserver, ReviewObserver, CertificateObserver {
  readonly #metrics: Metrics
  readonly #requests
  readonly #latency
  readonly #inFlight
  readonly #reviews
  readonly #refusedCertificates

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    const registers = [metrics.registry]
    this.#requests = new Counter({
      name: 'controller_runtime_webhook_requests_total',
      help: 'Requests by path and HTTP status; 0: the client did not wait',
      labelNames: ['webhook', 'code'],
      registers,
    })
    this.#latency = new Histogram({
      name: 'controller_runtime_webhook_latency_seconds',
      help: 'Time from the header of a request to the end of the answer',
      labelNames: ['webhook'],
      buckets: latencyBuckets,
      registers,
    })
    this.#inFlight = new Gauge({
      name: 'controller_runtime_webhook_requests_in_flight',
      help: 'Requests that are being answered',
      labelNames: ['webhook'],
      registers,
    })
    this.#reviews = new Counter({
      name: 'odfmo_webhook_reviews_total',
      help: 'Admission reviews by operation, version of the review, and answer',
      labelNames: ['webhook', 'operation', 'version', 'allowed'],
      registers,
    })
    this.#refusedCertificates = new Counter({
      name: 'certwatcher_read_certificate_errors_total',
      help: 'Serving certificates that were there and could not be taken',
      registers,
    })
  }

  began(webhook: string): void {
    this.#inFlight.inc({ webhook })
  }

  ended(webhook: string, status: number, ms: number): void {
    this.#inFlight.dec({ webhook })
    this.#requests.inc({ webhook, code: String(status) })
    this.#latency.observe({ webhook }, ms / 1000)
  }

  judged(webhook: string, { version, request: { operation } }: AdmissionReview, allowed: boolean): void {
    this.#reviews.inc({ webhook, operation, version, allowed: String(allowed) })
  }

  refused(): void {
    this.#refusedCertificates.inc()
  }

  /** Tells when the certificate that is served ends; nothing while there is none. */
  watchCertificate(certificates: CertificateSource): void {
    this.#metrics.watchGauge(
      {
        name: 'odfmo_webhook_certificate_expiry_timestamp_seconds',
        help: 'When the serving certificate expires',
        labels: [],
      },
      () => {
        const certificate = certificates.current()
        if (certificate === undefined) return []
        return [[{}, new X509Certificate(certificate.cert).validToDate.getTime() / 1000]]
      },
    )
  }
}
