namespace GpuInfra.Planning.Replays;

/// <summary>
/// A replica that reads one request after the other and generates nothing, as embeddings do: a time per request and a time per token. With
/// exponential times and nothing per request it is the server of a queue that textbooks solve.
/// </summary>
/// <param name="secondsPerToken">Time per input token.</param>
/// <param name="secondsPerRequest">Time per request.</param>
/// <param name="places">Requests that it takes at a time, of which it reads one.</param>
internal sealed class EncoderSpeed(double secondsPerToken, double secondsPerRequest, int places = EncoderSpeed.UsualPlaces) : IReplicaSpeed
{
    /// <summary>Enough that the next request is there when one ends.</summary>
    private const int UsualPlaces = 8;

    /// <inheritdoc/>
    public int Places => places;

    /// <inheritdoc/>
    public double CacheBytes => double.PositiveInfinity;

    /// <inheritdoc/>
    public double CacheBytesOf(int inputTokens, int outputTokens) => 0;

    /// <inheritdoc/>
    public double PromptSeconds(int inputTokens, int generating) => (secondsPerToken * inputTokens) + secondsPerRequest;

    /// <inheritdoc/>
    public int PromptSteps(int inputTokens) => 1;

    /// <inheritdoc/>
    public double StepSeconds(int generating) => throw new InvalidOperationException("Nothing is generated.");

    /// <inheritdoc/>
    public int StepsAfterFirst(int outputTokens) => 0;
}
