using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace GpuInfra.Infra.Common;

/// <summary>An IPv4 network.</summary>
/// <param name="Address">Its first address.</param>
/// <param name="PrefixLength">Bits of the network, 0 to 32.</param>
internal readonly record struct Cidr(uint Address, int PrefixLength)
{
    /// <summary>Bits that tell a region's subnets apart: sixteen of them.</summary>
    private const int SubnetBits = 4;

    public static Cidr Parse(string text) =>
        TryParse(text, out var cidr)
            ? cidr
            : throw new FormatException($"'{text}' is not a network of 16 to 24 bits, as 10.16.0.0/16.");

    /// <summary>Reads a network that has room for sixteen subnets: a prefix of 16 to 24 bits, nothing set after it.</summary>
    public static bool TryParse(string text, out Cidr cidr)
    {
        cidr = default;
        if (!IPNetwork.TryParse(text, out var network)
            || network.BaseAddress.AddressFamily != AddressFamily.InterNetwork
            || network.PrefixLength is < 16 or > 24
            || network.ToString() != text)
        {
            return false;
        }

        var bytes = network.BaseAddress.GetAddressBytes();
        cidr = new Cidr(((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3], network.PrefixLength);
        return true;
    }

    /// <summary>One of the sixteen equal parts, counted from 0.</summary>
    public Cidr Subnet(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, 1 << SubnetBits);
        var length = PrefixLength + SubnetBits;
        return new Cidr(Address + ((uint)number << (32 - length)), length);
    }

    /// <summary>How many addresses it has.</summary>
    public int Size => 1 << (32 - PrefixLength);

    /// <summary>An address of it, counted from 0.</summary>
    public string Host(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Size);
        return Dotted(Address + (uint)number);
    }

    public bool Overlaps(Cidr other)
    {
        var shift = 32 - Math.Min(PrefixLength, other.PrefixLength);
        return Address >> shift == other.Address >> shift;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Dotted(Address)}/{PrefixLength}");

    private static string Dotted(uint address) =>
        string.Create(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");
}
