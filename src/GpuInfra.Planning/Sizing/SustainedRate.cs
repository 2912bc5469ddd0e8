using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// The arithmetic rate that a GPU keeps up: the smaller, smoothly, of a share of its peak and of what its power allows. Power allows
/// operations per joule × watts, where an operation's energy falls with its bits and with the manufacturing process; that is why a
/// PCIe card of 300 W with the peak rates of a 400 W module is a quarter slower.
/// </summary>
internal static class SustainedRate
{
    private const double ReferenceBits = 16;
    private const double ReferenceProcessNm = 4;

    /// <summary>Sharpness of the smooth minimum: at equal bounds the rate is 16 % below either.</summary>
    private const double Sharpness = 4;

    /// <summary>Operations per second on numbers of <paramref name="bits"/> bits of a GPU with the given <paramref name="peak"/>.</summary>
    public static double Of(double peak, double bits, GpuBoard board, Calibration calibration)
    {
        var byPeak = peak * calibration[Coefficient.PeakShare];
        var byPower = board.PowerWatts * calibration[Coefficient.OperationsPerJoule]
            * Math.Pow(ReferenceBits / bits, calibration[Coefficient.BitsExponent]) * ReferenceProcessNm / board.ProcessNm;
        return Math.Pow(Math.Pow(byPeak, -Sharpness) + Math.Pow(byPower, -Sharpness), -1 / Sharpness);
    }
}
