/** How a monitoring system is told that there is no result. */

export { renderNagiosError as monitoredError } from '../../report/monitoring/nagios.ts';
