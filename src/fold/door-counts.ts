/** What the door counted outside the fold, as it enters with a tick. */
import { catalogue } from '../publish/catalogue.ts'
import type { FoldTime, SeriesTable } from '../publish/series-table.ts'
import type { DoorCount } from './content.ts'

export function countDoor(series: SeriesTable, door: readonly DoorCount[], time: FoldTime): void {
  for (const item of door) {
    switch (item.type) {
      case 'request': {
        const { signal, encoding, code } = item
        series.add(catalogue.receivedRequests, { signal, encoding, code }, item.count, time)
        break
      }
      case 'rejected':
        series.add(catalogue.rejectedItems, { signal: item.signal, reason: item.reason }, item.count, time)
        break
      case 'copied_spans':
        series.add(catalogue.receivedSpans, {}, item.count, time)
        series.add(catalogue.duplicateSpans, {}, item.count, time)
    }
  }
}
