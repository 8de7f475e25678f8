/** Sends log records to the flywheel: instrumentations report message content, finish reasons and exceptions in them. */
import type { ReadableLogRecord, LogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { Courier } from './delivery/courier.ts'
import { couriers } from './state.ts'
import { quietly } from './quietly.ts'

const SHUTDOWN_MS = 5_000

export function logProcessor(courier: Courier<ReadableLogRecord>): LogRecordProcessor {
  couriers.add(courier)
  return {
    onEmit: (record) => {
      quietly('queueing a log record', () => courier.add(record))
    },
    forceFlush: async () => {
      await courier.flush(SHUTDOWN_MS)
    },
    shutdown: async () => {
      couriers.delete(courier)
      await courier.shutdown(SHUTDOWN_MS)
    },
  }
}
