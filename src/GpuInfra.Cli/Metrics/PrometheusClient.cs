using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Metrics;

/// <summary>Asks a Prometheus, or what speaks its HTTP API v1 (prometheus.io/docs/prometheus/latest/querying/api, read 2026-11-29).</summary>
internal sealed class PrometheusClient : IDisposable
{
    private const string Option = "--prometheus";
    private const int MostErrorText = 300;

    private readonly HttpClient _http;
    private readonly string _shown;
    private readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);

    /// <param name="url">Its address, as <c>http://localhost:9090</c>; a path before <c>/api</c> is kept.</param>
    /// <param name="patience">The longest that an answer may take.</param>
    /// <exception cref="PlanException">It is no address.</exception>
    public PrometheusClient(string url, TimeSpan patience)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw UserError.Because(Option, $"\"{url}\" is no address; write it as http://localhost:9090.");
        }

        // What stands before an @ is a secret: it is used and never shown.
        _shown = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        _http = new HttpClient { BaseAddress = address, Timeout = patience };
        if (address.UserInfo.Length > 0)
        {
            _http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        }
    }

    /// <summary>What it warned of, as parts that did not answer; each once.</summary>
    public IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>The value of each series of an expression at a time, by label; what is no number is left out.</summary>
    /// <exception cref="PlanException">It does not answer, or refuses the question.</exception>
    public async Task<ImmutableArray<(ImmutableSortedDictionary<string, string> Labels, double Value)>> AtAsync(string expression, double at, CancellationToken cancellation)
    {
        using var answer = await AskAsync("query", [("query", expression), ("time", Number(at))], cancellation);
        return [.. Series(answer).Select(series => (Labels(series), Value(series.GetProperty("value")).Value)).Where(series => double.IsFinite(series.Value))];
    }

    /// <summary>The values of each series of an expression from one time to another, by label and by second; what is no number is left out.</summary>
    /// <inheritdoc cref="AtAsync"/>
    public async Task<ImmutableArray<(ImmutableSortedDictionary<string, string> Labels, ImmutableSortedDictionary<double, double> Values)>> BetweenAsync(
        string expression, double from, double to, double step, CancellationToken cancellation)
    {
        using var answer = await AskAsync("query_range", [("query", expression), ("start", Number(from)), ("end", Number(to)), ("step", Number(step))], cancellation);
        return
        [
            .. Series(answer).Select(series => (Labels(series), series.GetProperty("values").EnumerateArray().Select(Value)
                .Where(point => double.IsFinite(point.Value)).ToImmutableSortedDictionary(point => point.At, point => point.Value))),
        ];
    }

    /// <summary>Its own time, in seconds since 1970.</summary>
    /// <inheritdoc cref="AtAsync"/>
    public async Task<double> NowAsync(CancellationToken cancellation)
    {
        using var answer = await AskAsync("query", [("query", "time()")], cancellation);
        return Value(answer.RootElement.GetProperty("data").GetProperty("result")).Value;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> AskAsync(string verb, (string Name, string Value)[] parameters, CancellationToken cancellation)
    {
        try
        {
            using var form = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
            using var response = await _http.PostAsync(new Uri($"api/v1/{verb}", UriKind.Relative), form, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return Checked(text, (int)response.StatusCode, parameters[0].Value);
        }
        catch (HttpRequestException exception)
        {
            throw Refused($"does not answer: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Refused(FormattableString.Invariant($"did not answer within {_http.Timeout.TotalSeconds:0} s; ask for less time with --over, or wait longer with --patience."));
        }
    }

    private JsonDocument Checked(string text, int status, string expression)
    {
        JsonDocument? answer = null;
        try
        {
            answer = JsonDocument.Parse(text);
            var root = answer.RootElement;
            if (root.GetProperty("status").GetString() == "success")
            {
                _ = root.GetProperty("data").GetProperty("result").GetArrayLength();
                foreach (var kind in new[] { "warnings", "infos" })
                {
                    _warnings.UnionWith(root.TryGetProperty(kind, out var warnings) ? warnings.EnumerateArray().Select(warning => warning.GetString()!) : []);
                }

                return answer;
            }

            var error = root.GetProperty("error").GetString()!;
            throw Refused($"refuses \"{expression}\": {error[..Math.Min(error.Length, MostErrorText)]}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            answer?.Dispose();
            throw Refused($"answers with status {status} and something that is not Prometheus' JSON: is it the address of its web page, without /graph?");
        }
    }

    private PlanException Refused(string message) => UserError.Because(Option, $"{_shown} {message}");

    private static IEnumerable<JsonElement> Series(JsonDocument answer) => answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray();

    private static ImmutableSortedDictionary<string, string> Labels(JsonElement series) =>
        series.GetProperty("metric").EnumerateObject().ToImmutableSortedDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal);

    private static (double At, double Value) Value(JsonElement pair) => (pair[0].GetDouble(), pair[1].GetString() switch
    {
        "NaN" or "+Inf" or "-Inf" => double.NaN,
        var text => double.Parse(text!, CultureInfo.InvariantCulture),
    });

    private static string Number(double seconds) => seconds.ToString("R", CultureInfo.InvariantCulture);
}
