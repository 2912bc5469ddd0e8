using System.Collections.Immutable;
using System.Reflection;
using Pulumi.Aws.Iam.Inputs;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Aws = Pulumi.Aws;
using Gcp = Pulumi.Gcp;
using K8s = Pulumi.Kubernetes;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>Details of the declarations, as read in the official SDKs.</summary>
public class DeclarationTests
{
    [Theory]
    [InlineData(typeof(Aws.Ec2.Vpc), true)]
    [InlineData(typeof(Aws.AutoScaling.Group), false)]
    [InlineData(typeof(Gcp.Compute.RegionInstanceTemplate), false)]
    [InlineData(typeof(K8s.Apps.V1.Deployment), true)]
    [InlineData(typeof(Aws.Provider), true)]
    public void Args_may_be_left_out_where_nothing_is_required_and_always_in_Kubernetes(Type resource, bool optional) =>
        Assert.Equal(optional, resource.GetConstructors().Single().GetParameters()[1].HasDefaultValue);

    [Theory]
    [InlineData(typeof(Aws.Iam.PolicyArgs), "PolicyDocument")]
    [InlineData(typeof(Aws.Iam.Policy), "PolicyDocument")]
    [InlineData(typeof(Aws.S3.BucketArgs), "BucketName")]
    [InlineData(typeof(Aws.Ec2.Instance), "State")]
    [InlineData(typeof(Gcp.Compute.AddressArgs), "IPAddress")]
    [InlineData(typeof(Gcp.Projects.ServiceArgs), "ServiceName")]
    [InlineData(typeof(K8s.ProviderArgs), "KubeConfig")]
    [InlineData(typeof(ContainerPortArgs), "ContainerPortValue")]
    public void Names_that_differ_from_the_wire_are_the_official_ones(Type type, string property) =>
        Assert.NotNull(type.GetProperty(property));

    [Fact]
    public void An_output_is_nullable_where_it_may_be_absent_except_lists()
    {
        Assert.Equal(NullabilityState.Nullable, Argument(typeof(Aws.AutoScaling.Group), "PlacementGroup"));
        Assert.Equal(NullabilityState.NotNull, Argument(typeof(Aws.AutoScaling.Group), "Arn"));
        Assert.Equal(typeof(Output<bool?>), typeof(Aws.AutoScaling.Group).GetProperty("ForceDelete")!.PropertyType);
        Assert.Equal(typeof(Output<ImmutableArray<string>>), typeof(Aws.AutoScaling.Group).GetProperty("SuspendedProcesses")!.PropertyType);
        Assert.Equal(NullabilityState.NotNull, Argument(typeof(K8s.Core.V1.Secret), "Type"));
    }

    [Fact]
    public void Unions_of_two_keep_both_types_and_larger_ones_are_objects()
    {
        Assert.Equal(typeof(InputUnion<string, PolicyDocumentArgs>), typeof(Aws.Iam.RolePolicyArgs).GetProperty("Policy")!.PropertyType);
        Assert.Equal(typeof(InputUnion<int, string>), typeof(HTTPGetActionArgs).GetProperty("Port")!.PropertyType);
        Assert.Equal(typeof(Union<int, string>), typeof(K8s.Types.Outputs.Core.V1.HTTPGetAction).GetField("Port")!.FieldType);
        Assert.Equal(typeof(object), typeof(PolicyStatementArgs).GetProperty("Principal")!.PropertyType);
    }

    [Fact]
    public void An_enum_that_any_string_may_stand_for_is_a_string_as_an_output()
    {
        Assert.Equal(
            typeof(InputUnion<string, Aws.Ec2.InstancePlatform>),
            typeof(Aws.Ec2.CapacityReservationArgs).GetProperty("InstancePlatform")!.PropertyType);
        Assert.Equal(typeof(Output<string>), typeof(Aws.Ec2.CapacityReservation).GetProperty("InstancePlatform")!.PropertyType);
        Assert.Equal(typeof(Input<Aws.Iam.PolicyStatementEffect>), typeof(PolicyStatementArgs).GetProperty("Effect")!.PropertyType);
    }

    [Fact]
    public void State_classes_name_nested_types_get_args_and_require_nothing()
    {
        var tags = typeof(Aws.AutoScaling.GroupState).GetProperty("Tags")!;
        Assert.Equal(typeof(InputList<Aws.AutoScaling.Inputs.GroupTagGetArgs>), tags.PropertyType);
        Assert.NotNull(typeof(Aws.AutoScaling.Group).GetMethod("Get"));
        Assert.Equal(3, typeof(K8s.Core.V1.Service).GetMethod("Get")!.GetParameters().Length);
    }

    [Fact]
    public void Constant_defaults_are_set_by_the_constructor() =>
        Assert.NotNull(new Aws.Ec2.SecurityGroupArgs().Description);

    [Fact]
    public void Collections_exist_as_soon_as_they_are_read()
    {
        var args = new Aws.AutoScaling.GroupArgs();
        Assert.NotNull(args.Tags);
        Assert.Same(args.Tags, args.Tags);
        Assert.NotNull(new Aws.S3.BucketArgs().Tags);
    }

    [Fact]
    public async Task A_secret_input_is_secret_whatever_is_assigned()
    {
        var args = new Aws.ProviderArgs { SecretKey = "plain" };
        Assert.True(await Output.IsSecretAsync(args.SecretKey.ToOutput()));
        args.SecretKey = null;
        Assert.True(await Output.IsSecretAsync(args.SecretKey.ToOutput()));
        var secret = new SecretArgs { StringData = new InputMap<string> { ["token"] = "plain" } };
        Assert.True(await Output.IsSecretAsync(secret.StringData.ToOutput()));
    }

    [Fact]
    public void Enums_compare_by_value()
    {
        Assert.True(Aws.Ec2.InstancePlatform.LinuxUnix == Aws.Ec2.InstancePlatform.LinuxUnix);
        Assert.False(Aws.Ec2.Tenancy.Default == Aws.Ec2.Tenancy.Dedicated);
        Assert.Equal("p5.48xlarge", (string)Aws.Ec2.InstanceType.P5_48XLarge);
    }

    [Fact]
    public void Resources_carry_type_and_version()
    {
        var attribute = typeof(Aws.ResourceGroups.Group).GetCustomAttributes<ResourceTypeAttribute>().Single();
        Assert.Equal("aws:resourcegroups/group:Group", attribute.Type);
        Assert.Equal("7.48.0", attribute.Version);
        Assert.True(typeof(Aws.ResourceGroups.Resource).IsSubclassOf(typeof(global::Pulumi.CustomResource)));
    }

    private static NullabilityState Argument(Type type, string property) =>
        new NullabilityInfoContext().Create(type.GetProperty(property)!).GenericTypeArguments[0].ReadState;
}
