use kiln_search::rng::Stream;

use super::cutmix::Patch;
use super::*;
use crate::data::{ImageShape, Images, Scaling};

const IMAGE: Shape = Shape { channels: 3, height: 6, width: 8 };
const ALL: Augmentation = Augmentation { flip: true, crop: 2, cutout: 3, color_jitter: 0.4, rgb_shift: 0.1 };

fn stream(purpose: Purpose) -> Pcg64 {
    Stream::new(1, 2, purpose).at(3)
}

/// Two images of one colour each: all of their differences lie along one direction.
fn palette() -> Palette {
    let shape = ImageShape { channels: 3, height: 1, width: 1 };
    let images = Images { shape, pixels: vec![255, 51, 102, 0, 51, 0], labels: vec![0, 1] };
    let scaling = Scaling { peak: 255, mean: vec![0.5, 0.2, 0.2], deviation: vec![0.5, 1.0, 0.25] };
    Palette::fit(&images, &[0, 1], &scaling).expect("three channels")
}

fn draws(augmentation: Augmentation, palette: &Palette) -> Vec<Change<'_>> {
    let mut draws = Draws::new(augmentation, IMAGE, Some(palette), stream);
    (0..4000).map(|_| draws.draw()).collect()
}

fn colors<'a>(change: &Change<'a>) -> Colors<'a> {
    change.colors.clone().expect("there is a palette")
}

#[test]
fn each_method_draws_the_same_whatever_else_is_on() {
    let palette = palette();
    let all = draws(ALL, &palette);
    let none = Augmentation::default();
    for (one, other) in all.iter().zip(draws(Augmentation { flip: true, ..none }, &palette)) {
        assert_eq!(one.flip, other.flip);
    }
    for (one, other) in all.iter().zip(draws(Augmentation { crop: 2, ..none }, &palette)) {
        assert_eq!(one.offset, other.offset);
    }
    for (one, other) in all.iter().zip(draws(Augmentation { cutout: 3, ..none }, &palette)) {
        assert_eq!(one.hole, other.hole);
    }
    for (one, other) in all.iter().zip(draws(Augmentation { color_jitter: 0.4, ..none }, &palette)) {
        assert_eq!(colors(one).jitter, colors(&other).jitter);
    }
    for (one, other) in all.iter().zip(draws(Augmentation { rgb_shift: 0.1, ..none }, &palette)) {
        assert_eq!(colors(one).shift, colors(&other).shift);
    }
}

#[test]
fn draws_have_the_chances_that_are_said() {
    let palette = palette();
    let all = draws(ALL, &palette);
    let share = |is: &dyn Fn(&Change) -> bool| all.iter().filter(|change| is(change)).count() as f64 / 4000.0;
    assert!((share(&|change| change.flip) - 0.5).abs() < 0.03);
    for (down, right) in (-2..=2).flat_map(|down| (-2..=2).map(move |right| (down, right))) {
        let offset = Some(Offset { down, right });
        assert!((share(&|change| change.offset == offset) - 0.04).abs() < 0.015, "{offset:?}");
    }
    // A hole reaches three rows but for a centre in the first or last of six; three columns of eight alike.
    let hole = |change: &Change| change.hole.clone().expect("there is one");
    assert!((share(&|change| hole(change).rows.len() == 3) - 4.0 / 6.0).abs() < 0.03);
    assert!((share(&|change| hole(change).columns.len() == 3) - 6.0 / 8.0).abs() < 0.03);

    let jitters: Vec<Jitter> = all.iter().filter_map(|change| change.colors.as_ref()?.jitter).collect();
    for factor in [|one: &Jitter| one.brightness, |one: &Jitter| one.contrast, |one: &Jitter| one.saturation] {
        let factors: Vec<f64> = jitters.iter().map(|jitter| f64::from(factor(jitter))).collect();
        assert!(factors.iter().all(|factor| (0.599..=1.401).contains(factor)));
        let variance = factors.iter().map(|factor| (factor - 1.0).powi(2)).sum::<f64>() / 4000.0;
        // Of a uniform distribution: width² / 12.
        assert!((variance / (0.8 * 0.8 / 12.0) - 1.0).abs() < 0.1, "{variance}");
    }
}

#[test]
fn colours_shift_along_their_principal_components_by_their_variances() {
    let palette = palette();
    // The direction (1, 0, 0.4), half of whose length is the deviation: its variance is 0.29.
    let length = 1.16_f64.sqrt();
    let expected = [0.29 / length / 0.5, 0.0, 0.29 * 0.4 / length / 0.25];
    let [.., longest] = {
        let mut components = *palette.components();
        components.sort_by(|one, other| one[0].abs().total_cmp(&other[0].abs()));
        components
    };
    for (part, expected) in longest.iter().zip(expected) {
        assert!((part * longest[0].signum() - expected).abs() < 1e-9, "{longest:?} is not {expected:?}");
    }
    let all = draws(ALL, &palette);
    let reds = all.iter().filter_map(|change| change.colors.as_ref()?.shift).map(|shift| f64::from(shift[0]));
    let variance = reds.map(|red| red * red).sum::<f64>() / 4000.0;
    assert!((variance / (0.1 * expected[0]).powi(2) - 1.0).abs() < 0.1, "{variance}");
}

#[test]
fn places_change_as_they_would_on_paper() {
    let image = || (1..=12_u8).map(f32::from).collect::<Vec<_>>();
    let mut mirrored = image();
    flip::apply(&mut mirrored, 4);
    assert_eq!(mirrored, [4., 3., 2., 1., 8., 7., 6., 5., 12., 11., 10., 9.]);

    let crop = |down, right| {
        let mut image = image();
        Offset { down, right }.apply(&mut image, 4);
        image
    };
    assert_eq!(crop(1, 2), [7., 8., 0., 0., 11., 12., 0., 0., 0., 0., 0., 0.]);
    assert_eq!(crop(-2, -1), [0., 0., 0., 0., 0., 0., 0., 0., 0., 1., 2., 3.]);
    assert_eq!(crop(0, 0), image());

    let mut holed = image();
    Hole { rows: 1..3, columns: 0..3 }.apply(&mut holed, 4);
    assert_eq!(holed, [1., 2., 3., 4., 0., 0., 0., 8., 0., 0., 0., 12.]);
}

#[test]
fn colours_change_as_they_would_on_paper() {
    let palette = palette();
    let jittered = |brightness, contrast, saturation| {
        // Two pixels: (0.2, 0.4, 0.6) and (0.6, 0.4, 0.2).
        let mut image = vec![0.2, 0.6, 0.4, 0.4, 0.6, 0.2];
        palette.scale(&mut image);
        Jitter { brightness, contrast, saturation }.apply(&mut image, &palette);
        palette.unscale(&mut image);
        image
    };
    let close = |found: Vec<f32>, expected: [f32; 6]| {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    };
    close(jittered(1.0, 1.0, 1.0), [0.2, 0.6, 0.4, 0.4, 0.6, 0.2]);
    close(jittered(2.0, 1.0, 1.0), [0.4, 1.0, 0.8, 0.8, 1.0, 0.4]);
    // The light of the pixels is 0.3630 and 0.4370; its mean is 0.4.
    close(jittered(1.0, 0.5, 1.0), [0.3, 0.5, 0.4, 0.4, 0.5, 0.3]);
    close(jittered(1.0, 1.0, 0.0), [0.363, 0.437, 0.363, 0.437, 0.363, 0.437]);
}

#[test]
fn a_patch_takes_as_much_of_the_label_as_of_the_image() {
    let mut rng = stream(Purpose::Cutmix);
    let mut shares = 0.0;
    for _ in 0..400 {
        let patch = Patch::draw([4, 6, 8], 1.0, &mut rng);
        let numbers: Vec<f32> = (0..4).flat_map(|image| vec![image as f32; 2 * 48]).collect();
        let images = burn::tensor::TensorData::new(numbers, [4, 2, 6, 8]);
        let images = burn::Tensor::<4>::from_data(images, &burn::tensor::Device::flex());
        let mixed = patch.images(images).try_into_vec_as::<f32>().expect("readable");
        for (own, (image, partner)) in mixed.chunks_exact(2 * 48).zip(&patch.partners).enumerate() {
            let share_of =
                |origin: usize| image.iter().filter(|number| **number as usize == origin).count() as f64 / 96.0;
            let (kept, others) = (share_of(own), share_of(*partner));
            let share = if *partner == own { 1.0 } else { patch.share };
            assert!((kept - share).abs() < 1e-9 && (kept.max(others) > 0.49), "{patch:?}");
            assert_eq!(image[..48], image[48..], "all channels alike");
        }
        shares += patch.share;
    }
    // Beta(1, 1) has the mean 1/2, and parts outside of the image are cut off: more of each image stays.
    assert!((0.55..0.8).contains(&(shares / 400.0)), "{shares}");
}

#[test]
fn what_makes_no_sense_for_the_images_is_refused() {
    let gray = Shape { channels: 1, ..IMAGE };
    let none = Augmentation::default();
    for (augmentation, image, reason) in [
        (Augmentation { crop: 6, ..none }, IMAGE, "`crop` of 6 pixels could take all of an image of 6x8"),
        (Augmentation { cutout: 7, ..none }, IMAGE, "`cutout` of 7 pixels could take all of an image of 6x8"),
        (
            Augmentation { rgb_shift: 0.1, ..none },
            gray,
            "`rgb_shift` needs red, green and blue, and the images have 1 channel(s)",
        ),
        (
            Augmentation { color_jitter: 0.1, ..none },
            gray,
            "`color_jitter` needs red, green and blue, and the images have 1 channel(s)",
        ),
    ] {
        assert_eq!(augmentation.admit(image), Err(reason.to_owned()));
    }
    assert_eq!(ALL.admit(IMAGE), Ok(()));
    assert_eq!(Augmentation { color_jitter: 0.0, rgb_shift: 0.0, ..ALL }.admit(gray), Ok(()));
}
