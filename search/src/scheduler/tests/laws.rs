use proptest::prelude::*;

use super::reference::{Fortune, Job, Paper, Rule, jobs};
use super::*;

const RUNGS: [u32; 4] = [1, 3, 4, 9];

fn rungs(first: usize, reduction: u32) -> Rungs {
    Rungs::new(RUNGS[first..].to_vec(), reduction).expect("valid")
}

/// What Kiln does: a verdict for a trial that has come to a rung, then a promotion, then a new trial.
struct Kiln {
    scheduler: Scheduler,
    trials: usize,
    curves: Vec<Curve>,
    /// All epochs that any worker has trained.
    paid: u32,
}

impl Kiln {
    fn run_on(&mut self, trial: usize) -> Job {
        self.curves[trial].standing = Running;
        let rung = RUNGS.iter().position(|rung| *rung > self.curves[trial].epochs());
        Job { trial, rung: rung.expect("nobody is promoted from the last rung") }
    }
}

impl Rule for Kiln {
    fn get_job(&mut self, done: Option<Job>) -> Option<Job> {
        if let Some(Job { trial, .. }) = done.filter(|job| self.curves[job.trial].epochs() < RUNGS[RUNGS.len() - 1]) {
            match self.scheduler.verdict(&[Minimize], &self.curves, trial) {
                Verdict::Continue => return Some(self.run_on(trial)),
                Verdict::Pause => self.curves[trial].standing = Paused,
                Verdict::Prune | Verdict::Settle => unreachable!("halving ends nothing"),
            }
        }
        if let Some(trial) = self.scheduler.promotion(&[Minimize], &self.curves) {
            return Some(self.run_on(trial));
        }
        let trial = self.curves.len();
        (trial < self.trials).then(|| {
            self.curves.push(curve(Running, &[]));
            self.run_on(trial)
        })
    }

    fn report(&mut self, job: Job, result: Result<f64, u32>) {
        let curve = &mut self.curves[job.trial];
        let whole = RUNGS[job.rung] - curve.epochs();
        // The epochs between the rungs look better than any rung, and mean nothing.
        let points = match result {
            Ok(loss) => [vec![vec![-9.0]; whole as usize - 1], vec![vec![loss]]].concat(),
            Err(epochs) => vec![vec![-9.0]; epochs.min(whole - 1) as usize],
        };
        self.paid += points.len() as u32;
        curve.points.extend(points);
        if result.is_err() || job.rung == RUNGS.len() - 1 {
            curve.standing = Over;
        }
    }
}

fn loss() -> impl Strategy<Value = f64> {
    prop_oneof![8 => (-4_i8..5).prop_map(f64::from), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)]
}

fn fortune() -> impl Strategy<Value = Fortune> {
    let result = prop_oneof![9 => loss().prop_map(Ok), 1 => (0_u32..5).prop_map(Err)];
    let losses = prop::collection::vec(prop::collection::vec(result, RUNGS.len()), 0..50);
    let finishes = prop::collection::vec(0_usize..16, 1..40);
    (1_usize..6, finishes, losses).prop_map(|(workers, finishes, losses)| Fortune { workers, finishes, losses })
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![1 => Just(Running), 6 => Just(Paused), 1 => Just(Over)]
}

/// Any record whatever, most of its trials at a rung.
fn curves(objectives: usize) -> impl Strategy<Value = Vec<Curve>> {
    let length = prop_oneof![4 => Just(1_usize), 2 => Just(3), 2 => Just(4), 1 => 0_usize..10];
    let points =
        length.prop_flat_map(move |length| prop::collection::vec(prop::collection::vec(loss(), objectives), length));
    let curve = (points, standing()).prop_map(|(points, standing)| Curve { points, standing });
    prop::collection::vec(curve, 0..60)
}

proptest! {
    #[test]
    fn trials_are_promoted_as_in_the_paper(fortune in fortune(), reduction in 2_u32..5) {
        let trials = fortune.losses.len();
        let mut paper = Paper::new(RUNGS.len(), reduction as usize, trials);
        let scheduler = Scheduler::Asha(rungs(0, reduction));
        let mut kiln = Kiln { scheduler, trials, curves: Vec::new(), paid: 0 };
        prop_assert_eq!(jobs(&mut kiln, &fortune), jobs(&mut paper, &fortune));
        let recorded: u32 = kiln.curves.iter().map(Curve::epochs).sum();
        prop_assert_eq!(kiln.paid, recorded, "an epoch was paid twice");
    }

    #[test]
    fn any_record_is_promoted_from_as_in_the_paper(curves in curves(1), reduction in 2_u32..5) {
        let mut paper = Paper::new(RUNGS.len(), reduction as usize, 0);
        for (trial, curve) in curves.iter().enumerate() {
            for (rung, epochs) in RUNGS.iter().enumerate().filter(|(_, epochs)| **epochs <= curve.epochs()) {
                paper.rungs[rung].insert(trial, curve.points[*epochs as usize - 1][0]);
                if curve.standing != Paused || curve.epochs() > *epochs {
                    paper.promoted[rung].insert(trial);
                }
            }
        }
        let promoted = Scheduler::Asha(rungs(0, reduction)).promotion(&[Minimize], &curves);
        prop_assert_eq!(promoted, paper.get_job(None).map(|job| job.trial));
    }

    #[test]
    fn a_trial_goes_on_if_it_would_be_promoted(curves in curves(2), reduction in 2_u32..5) {
        let goals = [Minimize, Maximize];
        for scheduler in [Scheduler::Asha(rungs(0, reduction)), Scheduler::Hyperband(rungs(0, reduction))] {
            for trial in (0..curves.len()).filter(|trial| curves[*trial].standing == Running) {
                let mut paused = curves.clone();
                paused[trial].standing = Paused;
                let goes_on = scheduler.promotion(&goals, &paused) == Some(trial);
                prop_assert_eq!(scheduler.verdict(&goals, &curves, trial) == Verdict::Continue, goes_on);
            }
        }
    }

    #[test]
    fn objectives_that_agree_are_one(curves in curves(1), reduction in 2_u32..5) {
        let scheduler = Scheduler::Asha(rungs(0, reduction));
        let mut doubled = curves.clone();
        for point in doubled.iter_mut().flat_map(|curve| &mut curve.points) {
            point.push(3.0 - 2.0 * point[0]);
        }
        let goals = [Minimize, Maximize];
        prop_assert_eq!(scheduler.promotion(&goals[..1], &curves), scheduler.promotion(&goals, &doubled));
        prop_assert_eq!(scheduler.level(&goals[..1], &curves), scheduler.level(&goals, &doubled));
    }

    #[test]
    fn nobody_is_promoted_over_a_better_one_that_waits(curves in curves(2), reduction in 2_u32..5) {
        let goals = [Minimize, Minimize];
        let Some(promoted) = Scheduler::Asha(rungs(0, reduction)).promotion(&goals, &curves) else { return Ok(()) };
        let rung = curves[promoted].epochs();
        let costs = curves[promoted].costs(&goals, rung).expect("finite");
        let waiting = curves.iter().filter(|curve| curve.standing == Paused && curve.epochs() == rung);
        let better = |other: &Curve| other.costs(&goals, rung).is_some_and(|other| crate::pareto::dominates(&other, &costs));
        prop_assert!(!waiting.into_iter().any(better));
    }

    #[test]
    fn each_bracket_is_a_halving_among_its_own(curves in curves(1), reduction in 2_u32..4) {
        let hyperband = Scheduler::Hyperband(rungs(0, reduction));
        let first_of = |trial| *hyperband.waits(trial, 9).first().unwrap_or(&9);
        let promoted = (0..RUNGS.len()).find_map(|first| {
            let members: Vec<usize> = (0..curves.len()).filter(|trial| first_of(*trial) == RUNGS[first]).collect();
            let own: Vec<Curve> = members.iter().map(|trial| curves[*trial].clone()).collect();
            Scheduler::Asha(rungs(first, reduction)).promotion(&[Minimize], &own).map(|place| members[place])
        });
        prop_assert_eq!(hyperband.promotion(&[Minimize], &curves), promoted);
    }

    #[test]
    fn a_single_bracket_is_a_halving(curves in curves(1)) {
        // The first bracket of these rungs has 27 trials.
        let curves = &curves[..curves.len().min(27)];
        let (asha, hyperband) = (Scheduler::Asha(rungs(0, 3)), Scheduler::Hyperband(rungs(0, 3)));
        prop_assert_eq!(asha.promotion(&[Maximize], curves), hyperband.promotion(&[Maximize], curves));
        for trial in 0..curves.len() {
            prop_assert_eq!(asha.waits(trial, 9), hyperband.waits(trial, 9));
            prop_assert_eq!(asha.verdict(&[Maximize], curves, trial), hyperband.verdict(&[Maximize], curves, trial));
        }
    }

    #[test]
    fn more_points_never_lower_the_level(mut curves in curves(1), more in prop::collection::vec((0_usize..60, loss()), 0..80)) {
        let scheduler = Scheduler::Asha(rungs(0, 3));
        let mut level = scheduler.level(&[Minimize], &curves);
        for (trial, value) in more {
            if let Some(curve) = curves.get_mut(trial) {
                curve.points.push(vec![value]);
            }
            let next = scheduler.level(&[Minimize], &curves);
            prop_assert!(next >= level);
            level = next;
        }
    }

    #[test]
    fn no_record_makes_a_scheduler_fail(curves in curves(2), epochs in 0_u32..12) {
        let goals = [Minimize, Maximize];
        for scheduler in [
            Scheduler::None,
            Scheduler::Asha(rungs(1, 2)),
            Scheduler::Hyperband(rungs(0, 2)),
            Scheduler::Median { grace: epochs },
            Scheduler::Patience { epochs, delta: 0.5 },
        ] {
            let verdicts = || (0..curves.len()).map(|trial| scheduler.verdict(&goals, &curves, trial));
            let mut backwards: Vec<Verdict> = verdicts().rev().collect();
            backwards.reverse();
            prop_assert_eq!(verdicts().collect::<Vec<_>>(), backwards);
            let promoted = scheduler.promotion(&goals, &curves);
            prop_assert!(promoted.is_none_or(|trial| curves[trial].standing == Paused));
        }
    }
}
