/** Figures of several seeds as one report: every user's mean over the seeds, so that a paired test is over users. */

/**
 * @param reports evaluations of the same question, at least one
 * @returns one with the means, and `spread`: standard deviation of each metric over the seeds (absent for one seed)
 */
export function meanReport(reports) {
  const [first] = reports;
  const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const keys = Object.keys(first.metrics);
  const metrics = Object.fromEntries(keys.map((key) => [key, meanOf(reports.map((report) => report.metrics[key]))]));
  const perUser = Object.fromEntries(
    Object.keys(first.perUser).map((key) => [
      key,
      first.perUser[key].map((_, user) => meanOf(reports.map((report) => report.perUser[key][user]))),
    ]),
  );
  const deviation = (key) => {
    const squares = reports.map((report) => (report.metrics[key] - metrics[key]) ** 2);
    return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / (reports.length - 1));
  };
  const spread = reports.length > 1 && Object.fromEntries(keys.map((key) => [key, deviation(key)]));
  return { ...first, metrics, perUser, ...(spread && { spread }) };
}
