using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Sizing;

/// <summary>Shares of requests that a replica answers within what is promised.</summary>
/// <param name="First">Within the time to first token.</param>
/// <param name="Between">Within the time per output token.</param>
/// <param name="Both">Within both.</param>
internal readonly record struct InTime(double First, double Between, double Both);

/// <summary>
/// How many of a replica's requests are in time, of all the lengths that they have.
/// <para>
/// With n requests generating, a step takes s; reading a prompt of class i takes p_i and gives the others k_i tokens, so it costs them
/// e_i = p_i − k_i·s. Prompts come at rate r, take the share φ = r·p̄ of the time, and are read first come, first read.
/// </para>
/// <para>
/// What a request meets depends on how many replicas share the load, since the router sends each request to the one with the fewest. A
/// replica alone gets requests at random. Among many, N = n + φ stay on each: one comes when one ends, so a request meets those that follow
/// the N − 1 others, which end by steps and not by time, one each in S̄ + k̄ steps. A share α = b/R of the requests (bursts of b, R replicas, at
/// most 1) counts as coming at random, the others as following; and (b − 1)/R of its own burst are read before it and as many after. What comes
/// at random also makes n rise and fall, with a variance of n·α, more where the replica is busy and so slowed by what it has: n·α/(1 − φ). Two
/// values, one deviation below and above, stand for all.
/// </para>
/// <para>
/// First token: the wait of M/G/1 (Pollaczek and Khinchine: a geometric number of remainders of prompts), on average half a step where no
/// prompt is being read, the burst's prompts before it, then p_i.
/// </para>
/// <para>
/// With P pipeline stages a prompt passes one after the other, and each is free for the next one after p_i/P: that is what φ, waits and e_i count,
/// e_i = (p_i − k_i·s)/P, while its own first token still takes p_i.
/// </para>
/// <para>
/// Further tokens: a request of S steps generates for S·s and the e of the prompts that come meanwhile: of those at random also the ones
/// since it came itself, and each prompt with those at random that come while it is read, e/(1 − α·r·ē), as in a busy period. So the delay is a
/// compound Poisson sum, and a request of o tokens is in time when the sum is at most (o − 1)·TPOT − S·s.
/// </para>
/// </summary>
internal sealed class ReplicaLatencies
{
    /// <summary>Cells of the grid that sums are computed on: shares are then within half a point of those with twenty times as many.</summary>
    private const int DefaultCells = 24;

    /// <summary>A sum beyond its mean by so many standard deviations, or short of it, is left out or taken for sure.</summary>
    private const double Sure = 6;

    private readonly EngineSteps _steps;
    private readonly ArrivalPattern _arrivals;
    private readonly int _cells;
    private readonly ImmutableArray<(double Share, double InputTokens)> _prompts;
    private readonly ImmutableArray<LengthCost> _reads;
    private readonly double[] _seconds;
    private readonly double[] _busySeconds;
    private readonly double[] _costs;
    private readonly double[] _within;
    private readonly ImmutableArray<LengthOctaves.Answer> _answers;
    private readonly double _meanSteps;
    private readonly double _firstSeconds;
    private readonly double _betweenSeconds;

    /// <summary>The latencies of a replica.</summary>
    /// <param name="steps">Its steps.</param>
    /// <param name="mix">Its requests.</param>
    /// <param name="promised">What is promised.</param>
    /// <param name="cells">Cells of the grid.</param>
    public ReplicaLatencies(EngineSteps steps, RequestMix mix, LatencyTarget promised, int cells = DefaultCells)
    {
        (_steps, _arrivals, _cells) = (steps, mix.Arrivals, cells);
        (_firstSeconds, _betweenSeconds) = (promised.TimeToFirstToken.TotalSeconds, promised.TimePerOutputToken.TotalSeconds);
        (_prompts, _answers) = mix.Lengths.Octaves;
        _reads = [.. _prompts.Select(prompt => _steps.PromptOf(prompt.InputTokens))];
        _meanSteps = _answers.Sum(answer => answer.Shares.Sum() * _steps.StepsAfterFirst(answer.OutputTokens));
        (_seconds, _busySeconds, _costs, _within) = (new double[_prompts.Length], new double[_prompts.Length], new double[_prompts.Length], new double[_prompts.Length]);
    }

    /// <summary>The shares in time with so many requests generating on average and so many coming a second.</summary>
    public InTime At(double batch, double rate)
    {
        var busy = rate * ReadPrompts(batch).Mean;
        if (busy >= 1)
        {
            return default;
        }

        var deviation = Math.Min(batch, Math.Sqrt(batch * _arrivals.RandomAt(rate) / (1 - busy)));
        var (few, many) = (With(batch - deviation, rate), With(batch + deviation, rate));
        return new InTime((few.First + many.First) / 2, (few.Between + many.Between) / 2, (few.Both + many.Both) / 2);
    }

    /// <summary>The shares in time while so many requests generate.</summary>
    private InTime With(double generating, double rate)
    {
        var step = _steps.StepSeconds(Math.Max(1, generating));
        var (mean, square) = ReadPrompts(generating);
        if (rate * mean >= 1)
        {
            return default;
        }

        var there = generating + (rate * mean * _steps.Stages);
        var random = _arrivals.RandomAt(rate);
        var followers = Math.Max(0, there - 1) * (1 - random);
        var companions = _arrivals.CompanionsAt(rate);
        var seen = rate * (random + (there > 0 ? followers / there : 0));
        var busy = seen * mean;
        var before = ((1 - busy) * step / 2) + (companions * mean);
        FillWithin(mean, busy, before);
        var wait = (seen * square / (2 * (1 - busy))) + before;
        return Sum(step, new Others(rate * random, wait, followers, companions));
    }

    /// <summary>Times of prompts beside so many requests that generate, and what they cost those: mean and mean square of what a stage is busy with one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Mean, double Square) ReadPrompts(double generating)
    {
        var (mean, square, step) = (0.0, 0.0, _steps.StepSeconds(Math.Max(1, generating)));
        for (var prompt = 0; prompt < _prompts.Length; prompt++)
        {
            var (share, input) = _prompts[prompt];
            var seconds = _steps.PromptSeconds(_reads[prompt], generating);
            var busy = seconds / _steps.Stages;
            (_seconds[prompt], _busySeconds[prompt]) = (seconds, busy);
            _costs[prompt] = Math.Max(0, seconds - (Math.Ceiling(_steps.PromptSteps(input)) * step)) / _steps.Stages;
            (mean, square) = (mean + (share * busy), square + (share * busy * busy));
        }

        return (mean, square);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private InTime Sum(double step, Others others)
    {
        var (cost, square, steps) = (0.0, 0.0, _meanSteps);
        for (var prompt = 0; prompt < _costs.Length; prompt++)
        {
            var (share, input) = _prompts[prompt];
            (cost, square) = (cost + (share * _costs[prompt]), square + (share * _costs[prompt] * _costs[prompt]));
            steps += share * Math.Ceiling(_steps.PromptSteps(input));
        }

        var (scale, sum) = (1 / (1 - (others.Random * cost)), default(InTime));
        foreach (var answer in _answers)
        {
            var (share, reading, first) = (0.0, 0.0, 0.0);
            for (var prompt = 0; prompt < _costs.Length; prompt++)
            {
                var part = answer.Shares[prompt];
                (share, reading, first) = (share + part, reading + (part * _seconds[prompt]), first + (part * _within[prompt]));
            }

            var further = _steps.StepsAfterFirst(answer.OutputTokens);
            var slack = ((answer.OutputTokens - 1) * _betweenSeconds) - (further * step);
            var met = (others.Random * (others.Wait + (reading / share) + (further * step))) + (others.Followers * (1 + further) / steps) + others.Companions;
            var between = answer.OutputTokens <= 1 ? 1 : slack <= 0 ? 0 : NotDelayed(met, met * cost * scale, Math.Sqrt(met * square) * scale, scale, slack);
            sum = new InTime(sum.First + first, sum.Between + (share * between), sum.Both + (first * between));
        }

        return sum;
    }

    /// <summary>The probability that a Poisson number of prompts delays by no more than there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double NotDelayed(double prompts, double mean, double deviation, double scale, double slack)
    {
        if (Math.Abs(slack - mean) > Sure * deviation)
        {
            return slack > mean ? 1 : 0;
        }

        Span<double> parts = stackalloc double[_cells + 1];
        Span<double> delays = stackalloc double[_cells + 1];
        parts.Clear();
        var perCell = _cells * scale / slack;
        for (var prompt = 0; prompt < _costs.Length; prompt++)
        {
            var length = _costs[prompt] * perCell;
            var whole = Math.Floor(length);
            if (whole < _cells)
            {
                parts[(int)whole] += _prompts[prompt].Share * (1 - (length - whole));
                parts[(int)whole + 1] += _prompts[prompt].Share * (length - whole);
            }
        }

        CompoundSum.Poisson(prompts, parts, delays);

        // A cell stands for what is around it, so half of the last is too long.
        var sum = delays[_cells] / 2;
        for (var cell = 0; cell < _cells; cell++)
        {
            sum += delays[cell];
        }

        return sum;
    }

    /// <summary>Of each prompt the probability that its first token is in time.</summary>
    /// <param name="mean">Mean time that one is read for in a stage.</param>
    /// <param name="busy">Share of the time in which one is being read.</param>
    /// <param name="before">What a prompt waits besides for those that came before it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillWithin(double mean, double busy, double before)
    {
        Span<double> remainders = stackalloc double[_cells + 1];
        Span<double> waits = stackalloc double[_cells + 1];
        var (cell, reached) = (_firstSeconds / _cells, 0.0);
        for (var index = 0; index <= _cells; index++)
        {
            var sum = 0.0;
            for (var prompt = 0; prompt < _seconds.Length; prompt++)
            {
                sum += _prompts[prompt].Share * Math.Min((index + 0.5) * cell, _busySeconds[prompt]);
            }

            (remainders[index], reached) = ((sum / mean) - reached, sum / mean);
        }

        CompoundSum.Geometric(busy, remainders, waits);
        for (var index = 1; index <= _cells; index++)
        {
            waits[index] += waits[index - 1];
        }

        for (var prompt = 0; prompt < _seconds.Length; prompt++)
        {
            _within[prompt] = Reached(waits, (_firstSeconds - _seconds[prompt] - before) / cell);
        }
    }

    /// <summary>A share that is summed up to the ends of cells, between them a straight line.</summary>
    private static double Reached(ReadOnlySpan<double> sums, double place)
    {
        var (cell, from) = ((int)Math.Floor(place - 0.5), place - 0.5 - Math.Floor(place - 0.5));
        return place < 0 ? 0 : cell < 0 ? sums[0] : cell + 1 >= sums.Length ? sums[^1] : sums[cell] + ((sums[cell + 1] - sums[cell]) * from);
    }

    /// <summary>The other requests that one meets.</summary>
    /// <param name="Random">Rate of those that come at random.</param>
    /// <param name="Wait">Its mean wait before its prompt is read.</param>
    /// <param name="Followers">Requests beside it that others follow when they end.</param>
    /// <param name="Companions">Those of its burst that are read after it.</param>
    private readonly record struct Others(double Random, double Wait, double Followers, double Companions);
}
