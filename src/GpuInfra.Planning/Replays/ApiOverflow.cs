using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays.Arrivals;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// What APIs take of the requests that a serving refuses: the first of them that is below its rate. An API has a second's worth of requests saved
/// up at most (a token bucket), one at least.
/// </summary>
internal sealed class ApiOverflow
{
    private readonly ImmutableArray<Meter> _meters;
    private readonly double _cachedInput;

    /// <summary>Overflow to APIs.</summary>
    /// <param name="apis">The APIs in the order in which they are asked; none where nothing overflows.</param>
    /// <param name="cachedInput">Share of input tokens that providers have read before.</param>
    public ApiOverflow(ImmutableArray<OverflowApi> apis, Share cachedInput) =>
        (_meters, _cachedInput) = ([.. apis.Select(api => new Meter(api))], cachedInput.Fraction);

    /// <summary>The APIs that take a serving's overflow in a replay: none where nothing is promised, as nothing is refused there.</summary>
    public static ApiOverflow Of(Serving serving, RouterPlan router, ReplayOptions options)
    {
        var named = router.RouteOf(serving.Name).Overflow.Select(api => new OverflowApi(api.Name, api.RequestsPerSecond, api.Price ?? options.Api));
        var apis = !options.Overflow || serving.Latency is null ? []
            : named.Any() ? named
            : serving.Residency.Equals(Residency.Anywhere) ? [new OverflowApi(options.Api?.Id ?? "any API", double.PositiveInfinity, options.Api)] : Enumerable.Empty<OverflowApi>();
        return new ApiOverflow([.. apis], serving.Techniques.PrefixCacheHitRate);
    }

    /// <summary>What each API took so far.</summary>
    public ImmutableArray<ApiUse> Uses => [.. _meters.Select(meter => meter.Use(_cachedInput))];

    /// <summary>What that costs, as far as prices are known.</summary>
    public decimal Cost => Uses.Sum(use => use.Cost?.Amount ?? 0);

    /// <summary>Sends a request that was refused; false when no API may take it.</summary>
    public bool TryTake(in Arrival request)
    {
        foreach (var meter in _meters)
        {
            if (meter.TryTake(request))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Meter(OverflowApi api)
    {
        private readonly double _most = Math.Max(1, api.RequestsPerSecond);
        private double _saved = Math.Max(1, api.RequestsPerSecond);
        private double _at;
        private long _requests;
        private long _input;
        private long _output;

        public bool TryTake(in Arrival request)
        {
            // Without a limit there is nothing to save up, and infinity times no time is no number.
            if (!double.IsPositiveInfinity(_most))
            {
                (_saved, _at) = (Math.Min(_most, _saved + api.RequestsPerSecond * (request.Seconds - _at)), request.Seconds);
                if (_saved < 1)
                {
                    return false;
                }

                _saved--;
            }

            (_requests, _input, _output) = (_requests + 1, _input + request.InputTokens, _output + request.OutputTokens);
            return true;
        }

        public ApiUse Use(double cached) => new(api.Name, api.Price, _requests, _input, _output, api.Price?.Of(_input, _input * cached, _output));
    }
}

/// <summary>An API that may take overflow.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RequestsPerSecond">What it may be sent at most; infinite without a limit.</param>
/// <param name="Price">What it asks; null when nobody said.</param>
internal sealed record OverflowApi(string Name, double RequestsPerSecond, ApiPrice? Price);

/// <summary>What an API took of a serving's requests.</summary>
/// <param name="Api">The API.</param>
/// <param name="Price">Its price; null when nobody said.</param>
/// <param name="Requests">Requests.</param>
/// <param name="InputTokens">Their input tokens.</param>
/// <param name="OutputTokens">Their output tokens, as if the API's answers were as long.</param>
/// <param name="Cost">What they cost; null without a price.</param>
public sealed record ApiUse(string Api, ApiPrice? Price, long Requests, long InputTokens, long OutputTokens, Usd? Cost);
