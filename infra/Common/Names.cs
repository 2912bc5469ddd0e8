using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning;

namespace GpuInfra.Infra.Common;

/// <summary>Names, as plans write them and as clouds accept them.</summary>
internal static class Names
{
    /// <summary>
    /// Google accepts 63 characters, of which the engine's automatic names take a hyphen and seven; a name that does not fit
    /// fails in the middle of an update.
    /// </summary>
    public const int GoogleAutoName = 55;

    /// <summary>Instances of a managed group get a hyphen and four characters more.</summary>
    public const int GoogleBaseInstanceName = 54;

    /// <summary>A service account's id.</summary>
    public const int GoogleAccountId = 30;

    /// <summary>AWS's balancers and target groups: 32 characters, of which the engine's automatic names take eight.</summary>
    public const int AmazonBalancer = 24;

    private const int HashLength = 6;

    /// <summary>The word of an enumeration's value, as plans write it: <c>aws</c>, <c>onDemand</c>.</summary>
    public static string Name(this Enum value) => JsonText.Word(value);

    /// <summary>The name where it fits; otherwise its beginning and a hash of the whole, so that two long names stay two.</summary>
    public static string Fit(string name, int length)
    {
        if (name.Length <= length)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength];
        return $"{name[..(length - HashLength - 1)].TrimEnd('-')}-{hash}";
    }
}
