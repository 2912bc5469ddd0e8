using GpuInfra.Planning.Demands;

namespace GpuInfra.Planning.Sizing;

/// <summary>The lengths of a serving's requests.</summary>
/// <param name="InputTokens">Mean input tokens, above zero.</param>
/// <param name="OutputTokens">Mean output tokens; zero for embeddings.</param>
/// <param name="LongInputTokens">Input tokens of the request whose latency is promised.</param>
public sealed record RequestMix(double InputTokens, double OutputTokens, double LongInputTokens)
{
    private const int Digits = 6;

    private readonly LengthClasses? _lengths;

    /// <summary>
    /// The requests of a demand, lengths to a millionth of a token: means of the same requests differ between months in their last digits, and
    /// months that ask for the same are sized once.
    /// </summary>
    public static RequestMix Of(Demand demand) => new(
        Math.Round(demand.InputTokens, Digits), Math.Round(demand.OutputTokens, Digits), Math.Round(demand.LongInputTokens, Digits))
    {
        Lengths = demand.Lengths,
        Arrivals = ArrivalPattern.Of(demand.PeakRequestsPerSecond, demand.Burst),
    };

    /// <summary>Its requests of one size, when they come by themselves.</summary>
    internal RequestMix Of(RequestSize size) => new(size.InputTokens, size.OutputTokens, size.LongInputTokens)
    {
        Lengths = Lengths.Within(size.From, size.Below),
        Arrivals = Arrivals.Of(size.Share),
    };

    /// <summary>How lengths are spread; by default exponential around the means, as those of a plan that says nothing.</summary>
    public LengthClasses Lengths
    {
        get => _lengths ?? LengthClasses.Exponential(InputTokens, OutputTokens);
        init => _lengths = value;
    }

    /// <summary>How they come; by default one by one, to more than any number of replicas.</summary>
    public ArrivalPattern Arrivals { get; init; }

    /// <summary>Share of input tokens that are in the cache already and need no reading.</summary>
    public double CachedShare { get; init; }

    /// <summary>Drafted tokens that a step accepts on average; 0 without speculative decoding.</summary>
    public double AcceptedTokens { get; init; }
}
