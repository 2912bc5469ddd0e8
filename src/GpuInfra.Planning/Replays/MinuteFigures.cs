namespace GpuInfra.Planning.Replays;

/// <summary>What a serving did in a minute of a replay.</summary>
/// <param name="Minute">The minute, from 0.</param>
/// <param name="Arrived">Requests that came.</param>
/// <param name="Served">Requests that ended.</param>
/// <param name="Kept">Those of them within what is promised.</param>
/// <param name="Refused">Requests refused or sent to an API.</param>
/// <param name="Lost">Requests broken off.</param>
/// <param name="Waiting">Requests that waited for a place when it ended.</param>
/// <param name="Replicas">Replicas that took requests when it ended.</param>
/// <param name="Utilization">Share of their places in use, on average.</param>
/// <param name="HourlyUsd">What its machines cost per hour when it ended.</param>
/// <param name="Overflowed">Of those refused, requests sent to an API.</param>
/// <param name="ApiUsd">What APIs ask for them, as far as prices are known.</param>
public sealed record MinuteFigures(
    int Minute, long Arrived, long Served, long Kept, long Refused, long Lost, int Waiting, int Replicas, double Utilization, decimal HourlyUsd,
    long Overflowed, decimal ApiUsd);
