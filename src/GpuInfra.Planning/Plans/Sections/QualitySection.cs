using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>quality</c> of a serving.</summary>
internal static class QualitySection
{
    private const int LongestQuery = 1000;

    private static readonly Key<string> Query = Key.Required(
        "query", Names.Line("a query in PromQL", LongestQuery, @"^\S.*$"), "PromQL over the scores that your evaluation exports, as avg(eval_score{model=\"chat\"}); the least of what it gives counts.");

    private static readonly Key<double> AtLeast = Key.Required(
        "atLeast", Quantities.Number(-1e9, 1e9, "-1e9", "1e9"), "The score below which somebody is told, on the evaluation's own scale.");

    private static readonly Key<string?> Metrics = Key.Optional(
        "metrics", Names.WebAddress, "Address of the exporter that has the scores, as https://eval.example.com/metrics, without a secret in it. Left out, Prometheus has them from elsewhere.");

    /// <summary>How a serving's quality is told.</summary>
    public static readonly PlanValue<QualityCheck> Value = new Section<QualityCheck>([Query, AtLeast, Metrics], fields =>
    {
        // One query that cannot be read keeps Prometheus from reading any rule.
        if (fields.IsSound(Query) && fields.Get(Query) is { } query && !IsClosed(query))
        {
            fields.Refuse(Query, "its brackets or quotes are not closed: try it with promtool before");
        }

        return new QualityCheck(fields.Get(Query), fields.Get(AtLeast), fields.Get(Metrics));
    });

    private static bool IsClosed(string query)
    {
        var open = new Stack<char>();
        char? quote = null;
        for (var i = 0; i < query.Length; i++)
        {
            var c = query[i];
            if (quote is not null)
            {
                i += c == '\\' && quote != '`' ? 1 : 0;
                quote = c == quote ? null : quote;
            }
            else if (c is '"' or '\'' or '`')
            {
                quote = c;
            }
            else if (c is '(' or '[' or '{')
            {
                open.Push(c);
            }
            else if (c is ')' or ']' or '}' && !(open.TryPop(out var last) && (last, c) is ('(', ')') or ('[', ']') or ('{', '}')))
            {
                return false;
            }
        }

        return open.Count == 0 && quote is null;
    }
}
