using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>A network that an organisation has already, for a region's machines. It is used as it is: read, never managed.</summary>
/// <param name="Region">The region.</param>
public abstract record ExistingNetwork(string Region)
{
    /// <summary>True when machines of a zone can be put into it.</summary>
    public abstract bool Reaches(string zone);

    /// <summary>A VPC on AWS.</summary>
    /// <param name="Region">The region.</param>
    /// <param name="VpcId">The VPC, as <c>vpc-0123456789abcdef0</c>.</param>
    /// <param name="SubnetIds">A subnet of it by zone id (<c>use1-az1</c>); machines run in these zones only.</param>
    public sealed record Amazon(string Region, string VpcId, ImmutableSortedDictionary<string, string> SubnetIds) : ExistingNetwork(Region)
    {
        /// <inheritdoc/>
        public override bool Reaches(string zone) => SubnetIds.ContainsKey(zone);

        /// <inheritdoc/>
        public override string ToString() => VpcId;
    }

    /// <summary>A subnet of a Shared VPC on Google Cloud, or of another network of the project.</summary>
    /// <param name="Region">The region.</param>
    /// <param name="HostProject">The project that the network is in.</param>
    /// <param name="Subnetwork">The subnet's name.</param>
    public sealed record Google(string Region, string HostProject, string Subnetwork) : ExistingNetwork(Region)
    {
        /// <summary>How the subnet is referred to from other projects.</summary>
        public string Link => $"projects/{HostProject}/regions/{Region}/subnetworks/{Subnetwork}";

        /// <summary>A subnet spans its region.</summary>
        public override bool Reaches(string zone) => true;

        /// <inheritdoc/>
        public override string ToString() => $"{HostProject}/{Subnetwork}";
    }
}
