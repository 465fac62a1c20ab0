/** When somebody should be told, by metric; empty: to look at when something else is wrong. */
export const alarms: Readonly<Record<string, string>> = {
  controller_runtime_active_workers: '',
  controller_runtime_max_concurrent_reconciles: '',
  controller_runtime_reconcile_errors_total: '',
  controller_runtime_reconcile_time_seconds: '',
  controller_runtime_reconcile_timeouts_total: '',
  controller_runtime_reconcile_total: '',
  controller_runtime_terminal_reconcile_errors_total: '',
  leader_election_master_status:
    'sum over the replicas is not 1 for 5 minutes: nobody works, or more than one does',
  nodejs_heap_size_used_bytes: '',
  odfmo_credentials_expiry_timestamp_seconds:
    'in the past: nothing new came in time. Of an agent, `client="hub"` tells when it loses its hub',
  odfmo_controller_abandoned_reconciles: 'above 0 for 10 minutes: something hangs',
  odfmo_controller_source_errors_total: 'rises: a defect',
  odfmo_derived_contested:
    'above 0 for 10 minutes: somebody else writes the same field; the log and the condition say who',
  odfmo_derived_contests_total: '',
  odfmo_derived_evaluation_seconds: '',
  odfmo_derived_objects:
    '`state="failed"` above 0 for 10 minutes; `state="going"` for an hour: somebody’s finalizer holds an object',
  odfmo_informer_failures_total:
    'rises for 10 minutes: a right is missing, or the API server does not answer',
  odfmo_informer_listener_errors_total: 'rises: a defect',
  odfmo_informer_lists_total: 'rises steadily: watches do not last',
  odfmo_informer_objects:
    '`kind="hub.Secret"` far above three for each peer ref: somebody fills a cluster’s namespace ([security](../security.md))',
  odfmo_informer_synced: '0 for 5 minutes (a kind that the server does not serve counts as synced)',
  odfmo_informer_watches_total: '',
  odfmo_mirrorpeers: '`ready="False"` above 0 for longer than a new MirrorPeer takes (half an hour)',
  odfmo_mirrorpeers_longest_not_ready_seconds:
    'above 1800: a MirrorPeer does not come up, or is down and nobody looks',
  odfmo_mirrorpeers_not_ready:
    'above 0 for a reason that is marked *refusal* in [conditions](conditions.md): only a person can put it right',
  odfmo_oversized_secrets:
    'above 0: whoever writes in a cluster’s namespace should be looked at; the log names one',
  odfmo_writes_total:
    '`outcome="refused"` or `"failed"` rises for 10 minutes; `outcome="conflict"` by the hundred: two write the same. `by="green-secret"` are the exchanged secrets',
  process_cpu_seconds_total: '',
  process_resident_memory_bytes: 'near the limit of the pod',
  rest_client_request_duration_seconds:
    'the 99th percentile above 1 s for 10 minutes: the API server is slow',
  rest_client_requests_total:
    '`code="403"` rises: a right is missing; `code="429"`: the API server is busy; `code="<error>"`: no connection',
  workqueue_adds_total: '',
  workqueue_depth: 'above 1000 for 10 minutes: it does not get through its work',
  workqueue_longest_running_processor_seconds: 'above 300: something hangs',
  workqueue_queue_duration_seconds: '',
  workqueue_retries_total: 'rises steadily',
  workqueue_unfinished_work_seconds: '',
  workqueue_work_duration_seconds: '',
}
