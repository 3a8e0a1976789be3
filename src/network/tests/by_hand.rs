//! The built-in skeleton, put together by hand.

use kiln_search::rng::{Purpose, Stream};

use crate::network::plan::{Kind, Planned};
use crate::network::{Architecture, Plan, Shape};
use crate::study;
use crate::vocabulary::BuiltIn;

/// The network of the only candidate of a study with these tables.
fn plan(tables: &str) -> Plan {
    let text = format!("[study]\nname = 'x'\n[data]\nsource = 'digits'\n[budget]\ntrials = 1\n{tables}");
    let study = study::read("space.toml", &text, &BuiltIn).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let candidate = study.space.draw(&mut Stream::new(1, 0, Purpose::Candidate).rng());
    let architecture = Architecture::read(&candidate).expect("valid");
    Plan::of(&architecture, Shape { channels: 1, height: 8, width: 8 }, 10).expect("can be built")
}

/// What layers do, whatever part of the network they belong to.
fn deeds(layers: &[Planned]) -> Vec<(Kind, Shape)> {
    let inner = |kind: &Kind| match kind {
        Kind::Residual { body, shortcut } => [deeds(body), deeds(shortcut)].concat(),
        _ => Vec::new(),
    };
    let own = |layer: &Planned| match &layer.kind {
        Kind::Residual { .. } => Kind::Residual { body: Vec::new(), shortcut: Vec::new() },
        kind => kind.clone(),
    };
    layers.iter().flat_map(|layer| [inner(&layer.kind), vec![(own(layer), layer.output)]].concat()).collect()
}

#[test]
fn the_skeleton_put_together_by_hand_is_the_same_network() {
    let skeleton = plan(
        "[space]\nstem = 'convolution'\nstem_channels = 4\nnormalization = 'batch'\nhead = 'max'\ndense = 16
         dropout = 0.5\nsqueeze_excite = 2\nstochastic_depth = 0.1
         [[space.stage]]\noperation = 'residual'\nchannels = 8\nstride = 2\npooling = 'blur'
         [[space.stage]]\noperation = 'depthwise'\nchannels = 8\nskip = true\nactivation = 'silu'
         [[space.stage]]\noperation = 'inverted-bottleneck'\nchannels = 4\nexpansion = 2\nactivation = 'gelu'",
    );
    let by_hand = plan(
        "[space]\nnormalization = 'batch'\nsqueeze_excite = 2\nstochastic_depth = 0.1\nchannels = 8
         [network]\nplan = [
            { layer = 'convolution', channels = 4 }, { layer = 'normalization' }, { layer = 'activation' },
            { layer = 'residual', body = [
                { layer = 'convolution', stride = 2 }, { layer = 'normalization' }, { layer = 'activation' },
                { layer = 'convolution' }, { layer = 'normalization' }, { layer = 'squeeze-excite' } ] },
            { layer = 'activation' }, { layer = 'pooling', pooling = 'blur' },
            { layer = 'residual', body = [
                { layer = 'depthwise' }, { layer = 'normalization' }, { layer = 'activation', activation = 'silu' },
                { layer = 'convolution', kernel = 1 }, { layer = 'normalization' }, { layer = 'squeeze-excite' } ] },
            { layer = 'activation', activation = 'silu' },
            { layer = 'convolution', channels = 16, kernel = 1 }, { layer = 'normalization' },
            { layer = 'activation', activation = 'gelu' },
            { layer = 'depthwise' }, { layer = 'normalization' }, { layer = 'activation', activation = 'gelu' },
            { layer = 'convolution', channels = 4, kernel = 1 }, { layer = 'normalization' },
            { layer = 'squeeze-excite' },
            { layer = 'global-pooling', head = 'max' }, { layer = 'dense', dense = 16 },
            { layer = 'activation', activation = 'gelu' }, { layer = 'dropout', dropout = 0.5 } ]",
    );
    assert_eq!(deeds(by_hand.layers()), deeds(skeleton.layers()));
    assert_eq!(by_hand.statics(3), skeleton.statics(3));
    let of_stages = plan(
        "[space]\nnormalization = 'batch'\nsqueeze_excite = 2\nstochastic_depth = 0.1
         [network]\nplan = [
            { layer = 'convolution', channels = 4 }, { layer = 'normalization' }, { layer = 'activation' },
            { layer = 'stage', operation = 'residual', channels = 8, stride = 2, pooling = 'blur' },
            { layer = 'stage', operation = 'depthwise', channels = 8, skip = true, activation = 'silu' },
            { layer = 'stage', operation = 'inverted-bottleneck', channels = 4, expansion = 2, activation = 'gelu' },
            { layer = 'global-pooling', head = 'max' }, { layer = 'dense', dense = 16 },
            { layer = 'activation', activation = 'gelu' }, { layer = 'dropout', dropout = 0.5 } ]",
    );
    assert_eq!(deeds(of_stages.layers()), deeds(skeleton.layers()));
}

#[test]
fn weights_and_inputs_are_quantized_where_a_layer_says_so() {
    let bits = "weight_bits = 4\nactivation_bits = 8\nhead_weight_bits = 6\nhead_activation_bits = 5";
    let skeleton = plan(&format!("[space]\n{bits}\ndepth = 2\nchannels = 4\nskip = true\ndense = 3"));
    let stage = "{ layer = 'residual', body = [{ layer = 'convolution' }] }, { layer = 'activation' }";
    let by_hand = plan(&format!(
        "[space]\n{bits}\nchannels = 4\n[network]\nplan = [{stage}, {stage}, {{ layer = 'global-pooling' }},
         {{ layer = 'dense', dense = 3, weight_bits = 6, activation_bits = 5 }}, {{ layer = 'activation' }}]"
    ));
    assert_eq!(deeds(by_hand.layers()), deeds(skeleton.layers()));
    assert_eq!(by_hand.statics(3), skeleton.statics(3));
}

#[test]
fn what_is_repeated_is_there_several_times_and_what_is_none_never() {
    let repeated = plan(
        "[network]\nplan = [{ layer = 'repeat', depth = 3, body = [
            { layer = 'convolution', channels = 4 }, { layer = 'none' }, { layer = 'dense', dense = 0 },
            { layer = 'activation' } ] }]\n[space]",
    );
    let rows: Vec<String> = repeated.layers().iter().map(ToString::to_string).collect();
    let (convolution, activation) = ("plan[0] convolution 3x3", "plan[0] relu");
    let twice = [convolution, activation];
    assert_eq!(rows, [&twice[..], &twice, &twice, &["head dense"]].concat());
}

#[test]
fn a_skip_that_does_not_fit_is_refused_with_the_layer() {
    let candidate = serde_json::from_str(
        r#"{"plan[0].layer": "none", "plan[1].layer": "residual", "plan[1].body[0].layer": "convolution",
            "plan[1].body[0].padding": "valid"}"#,
    );
    let architecture = Architecture::read(&candidate.expect("a candidate")).expect("valid");
    let refused = Plan::of(&architecture, Shape { channels: 1, height: 8, width: 8 }, 10);
    let reason = "plan[1]: a skip makes 8x8 of the map, what stands beside it 6x6; shrink it by strides alone";
    assert_eq!(refused, Err(reason.to_owned()));
}
